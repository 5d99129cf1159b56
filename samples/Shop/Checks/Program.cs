using System.Net;
using System.Net.Http.Json;

// What the shop's kontrakts ask of it, one check for each argument. Exit code 0 says that it holds; 64 that the argument names no check.
using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));

return args switch
{
    ["stock"] => await Stock(),
    ["order"] => await Order(),
    ["order-unknown"] => await OrderUnknown(),
    ["page"] => await Page(),
    _ => Usage(),
};

// Puts two products into the catalog: the Job.
async Task<int> Stock()
{
    foreach (var (id, name, price) in new[] { ("tea", "Green tea", 4.50m), ("cup", "Cup & saucer", 12m) })
    {
        using var answer = await Send(() => http.PutAsJsonAsync($"http://catalog:8080/products/{id}", new { id, name, price }, deadline.Token));
        Console.WriteLine($"{name}: {answer.StatusCode}");
        answer.EnsureSuccessStatusCode();
    }
    return 0;
}

// An order costs what the catalog says.
async Task<int> Order()
{
    await Stock();
    using var answer = await Send(() => http.PostAsJsonAsync("http://orders:8080/orders", new { product = "tea", quantity = 3 }, deadline.Token));
    return Expect(HttpStatusCode.OK, answer.StatusCode) + Expect("\"total\":13.50", await answer.Content.ReadAsStringAsync(deadline.Token));
}

// What the catalog does not have cannot be ordered.
async Task<int> OrderUnknown()
{
    using var answer = await Send(() => http.PostAsJsonAsync("http://orders:8080/orders", new { product = "coffee", quantity = 1 }, deadline.Token));
    return Expect(HttpStatusCode.BadRequest, answer.StatusCode) + Expect("no 'coffee'", await answer.Content.ReadAsStringAsync(deadline.Token));
}

// The page lists the products, encoded for HTML.
async Task<int> Page()
{
    await Stock();
    using var answer = await Send(() => http.GetAsync("http://web:8080/", deadline.Token));
    return Expect(HttpStatusCode.OK, answer.StatusCode) + Expect("Cup &amp; saucer: 12.00", await answer.Content.ReadAsStringAsync(deadline.Token));
}

// Services start in any order: no connection and "unavailable" are tried again until the deadline; any other answer is final.
async Task<HttpResponseMessage> Send(Func<Task<HttpResponseMessage>> send)
{
    var said = "";
    while (true)
    {
        string problem;
        try
        {
            var answer = await send();
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable || deadline.IsCancellationRequested)
                return answer;
            problem = $"{answer.RequestMessage?.RequestUri}: unavailable";
            answer.Dispose();
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !deadline.IsCancellationRequested)
        {
            problem = error.Message;
        }
        if (problem != said)
            Console.WriteLine($"not yet: {said = problem}");
        await Task.Delay(TimeSpan.FromMilliseconds(200), deadline.Token);
    }
}

static int Expect<T>(T expected, T actual) where T : notnull
{
    var holds = (expected, actual) is (string part, string whole) ? whole.Contains(part, StringComparison.Ordinal) : expected.Equals(actual);
    Console.WriteLine($"expected {expected}, got {actual}: {(holds ? "as expected" : "FAILED")}");
    return holds ? 0 : 1;
}

static int Usage()
{
    Console.Error.WriteLine("usage: shop-checks stock|order|order-unknown|page");
    return 64;
}
