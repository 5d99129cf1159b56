using System.Net;
using System.Text;

// The shop's page: what there is to buy.
var builder = WebApplication.CreateBuilder(args);
var catalogUrl = builder.Configuration["CATALOG_URL"] ?? "http://catalog:8080/";
builder.Services.AddHttpClient("catalog", client => client.BaseAddress = new Uri(catalogUrl));
var app = builder.Build();

app.MapGet("/healthz", () => "ok");
app.MapGet("/", async (IHttpClientFactory clients, CancellationToken cancellationToken) =>
{
    try
    {
        var products = await clients.CreateClient("catalog").GetFromJsonAsync<Product[]>("products", cancellationToken);
        var page = new StringBuilder("<!doctype html><title>Shop</title><h1>Shop</h1><ul>");
        foreach (var product in products ?? [])
            page.Append(System.Globalization.CultureInfo.InvariantCulture, $"<li>{WebUtility.HtmlEncode(product.Name)}: {product.Price:0.00}</li>");
        return Results.Content(page.Append("</ul>").ToString(), "text/html");
    }
    catch (HttpRequestException)
    {
        return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
    }
});

app.Run();

internal sealed record Product(string Id, string Name, decimal Price);
