// Runs once: follows each link to a file that Python puts here.
watch("value", () => element.querySelector("a[download]")?.click());
