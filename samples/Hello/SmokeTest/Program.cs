// Calls the service as its users do, by its Service name. Exit code 0 is the verdict "it works"; anything else fails the build.
var service = new Uri(Environment.GetEnvironmentVariable("API_URL") ?? "http://api:8080/");
using var http = new HttpClient { BaseAddress = service, Timeout = TimeSpan.FromSeconds(5) };
using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));

return await Answers("", "Hello, world!") && await Answers("?name=kontrakt", "Hello, kontrakt!") ? 0 : 1;

async Task<bool> Answers(string path, string expected)
{
    var actual = await Get(path);
    Console.WriteLine($"GET {new Uri(service, path)}: {actual ?? "no answer"}");
    if (actual == expected)
        return true;
    Console.Error.WriteLine($"expected: {expected}");
    return false;
}

// The service may still be starting, so a refused connection is asked again until the deadline. An answer is final.
async Task<string?> Get(string path)
{
    while (true)
    {
        try
        {
            using var response = await http.GetAsync(path, deadline.Token);
            return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync(deadline.Token) : $"HTTP {(int)response.StatusCode}";
        }
        catch (HttpRequestException error) when (!deadline.IsCancellationRequested)
        {
            Console.WriteLine($"{service} does not answer yet: {error.Message}");
        }
        catch (OperationCanceledException)
        {
            if (deadline.IsCancellationRequested)
                return null;
        }

        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), deadline.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
