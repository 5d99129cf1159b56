var app = WebApplication.CreateBuilder(args).Build();

app.MapGet("/", (string? name) => $"Hello, {name ?? "world"}!");
app.MapGet("/healthz", () => "ok");

app.Run();
