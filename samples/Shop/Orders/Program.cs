using System.Collections.Concurrent;
using System.Net;

// Takes orders for what the catalog has, at the catalog's price.
var builder = WebApplication.CreateBuilder(args);
var catalogUrl = builder.Configuration["CATALOG_URL"] ?? "http://catalog:8080/";
builder.Services.AddHttpClient("catalog", client => client.BaseAddress = new Uri(catalogUrl));
var app = builder.Build();
var orders = new ConcurrentQueue<Order>();

app.MapGet("/healthz", () => "ok");
app.MapGet("/orders", () => orders);
app.MapPost("/orders", async (NewOrder wanted, IHttpClientFactory clients, CancellationToken cancellationToken) =>
{
    if (wanted.Quantity < 1)
        return Results.BadRequest("the quantity must be at least 1");
    try
    {
        using var answer = await clients.CreateClient("catalog").GetAsync($"products/{Uri.EscapeDataString(wanted.Product)}", cancellationToken);
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return Results.BadRequest($"the catalog has no '{wanted.Product}'");
        var product = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<Product>(cancellationToken);
        var order = new Order(wanted.Product, wanted.Quantity, product!.Price * wanted.Quantity);
        orders.Enqueue(order);
        return Results.Ok(order);
    }
    catch (HttpRequestException)
    {
        return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
    }
});

app.Run();

internal sealed record NewOrder(string Product, int Quantity);

internal sealed record Order(string Product, int Quantity, decimal Total);

internal sealed record Product(string Id, string Name, decimal Price);
