using System.Collections.Concurrent;

// Products and their prices, in memory: the Job "stock" fills it.
var products = new ConcurrentDictionary<string, Product>(StringComparer.Ordinal);
var app = WebApplication.CreateBuilder(args).Build();

app.MapGet("/healthz", () => "ok");
app.MapGet("/products", () => products.Values.OrderBy(product => product.Id, StringComparer.Ordinal));
app.MapGet("/products/{id}", (string id) => products.TryGetValue(id, out var product) ? Results.Ok(product) : Results.NotFound());
app.MapPut("/products/{id}", (string id, Product product) => Results.Ok(products[id] = product with { Id = id }));

app.Run();

internal sealed record Product(string Id, string Name, decimal Price);
