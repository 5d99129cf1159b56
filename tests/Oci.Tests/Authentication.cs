using Kontrakt.Tests;
using System.Collections.Concurrent;
using System.Text;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Kontrakt.Oci.Tests.Infra;
using Microsoft.AspNetCore.Http;
using static Kontrakt.Oci.Tests.Infra.Registries;

namespace Kontrakt.Oci.Tests;

/// <summary>Basic and Bearer authentication, with what docker's config says; no credential goes where it does not belong.</summary>
[TestClass]
public sealed class Authentication
{
    private static string Login(TempFolder folder, string host, string user, string password)
    {
        var auth = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
        folder.Write("config.json", $$$"""{"auths":{"{{{host}}}":{"auth":"{{{auth}}}"} }}""");
        return folder.Path;
    }

    /// <summary>A registry whose token service is at /token of the same host and knows Ada.</summary>
    private sealed class Tokens
    {
        public int Issued;
        public int ExpiresIn { get; init; } = 300;
        public string? RefreshToken { get; init; }
        public ConcurrentQueue<string> Asked { get; } = new();
        public ConcurrentQueue<string> Valid { get; } = new();

        public async Task<bool> AnswerAsync(HttpContext context, FakeRegistry registry)
        {
            if (context.Request.Path == "/token")
            {
                await IssueAsync(context);
                return true;
            }
            if (Valid.Any(token => context.Request.Headers.Authorization == $"Bearer {token}"))
                return false;
            context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"http://{registry.Host}/token\",service=\"the registry\",scope=\"repository:a:pull,push\"";
            await FakeRegistry.RefuseAsync(context, 401, "UNAUTHORIZED", "authentication required");
            return true;
        }

        private async Task IssueAsync(HttpContext context)
        {
            var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync() : null;
            var refresh = form?["refresh_token"].ToString();
            Asked.Enqueue(form is null ? context.Request.QueryString.Value! : string.Join('&', form.OrderBy(item => item.Key).Select(item => $"{item.Key}={item.Value}")));
            var ada = context.Request.Headers.Authorization == "Basic " + Convert.ToBase64String("ada:secret word"u8.ToArray());
            if (!ada && (refresh is null || refresh != RefreshToken))
            {
                context.Response.StatusCode = 401;
                await context.Response.WriteAsJsonAsync(new { details = $"incorrect username or password {refresh}" });
                return;
            }
            var token = $"token-{Interlocked.Increment(ref Issued)}";
            Valid.Enqueue(token);
            await context.Response.WriteAsJsonAsync(new { token, expires_in = ExpiresIn });
        }
    }

    [TestMethod, Timeout(120_000)]
    public async Task WithBasicReachesARealRegistry()
    {
        await using var registry = await DockerRegistry.StartAsync(withPassword: true);
        using var folder = new TempFolder();
        using var client = Client(new() { DockerConfigDirectory = Login(folder, registry.Host, DockerRegistry.User, DockerRegistry.Password) });
        var image = ImageReference.Parse($"{registry.Host}/a/b:1");

        await client.PingAsync(registry.Host, CancellationToken.None);
        var manifest = await client.PushImageAsync(image, Noise(1000));

        Assert.AreEqual(manifest.Digest, (await client.ResolveAsync(image, CancellationToken.None))?.Digest);
    }

    [TestMethod, Timeout(120_000)]
    public async Task ThatIsMissingOrWrongIsSaidWithoutThePassword()
    {
        await using var registry = await DockerRegistry.StartAsync(withPassword: true);
        using var folder = new TempFolder();
        using var anonymous = Client();
        using var wrong = Client(new() { DockerConfigDirectory = Login(folder, registry.Host, "ada", "wrong password") });

        var missing = await Assert.ThrowsExactlyAsync<RegistryException>(() => anonymous.PingAsync(registry.Host, CancellationToken.None));
        var refused = await Assert.ThrowsExactlyAsync<RegistryException>(() => wrong.PushAsync(ImageReference.Parse($"{registry.Host}/a"), [1]));

        Assert.AreEqual((RegistryFault.Denied, RegistryFault.Denied), (missing.Fault, refused.Fault));
        StringAssert.Contains(missing.Message, "UNAUTHORIZED: authentication required");
        StringAssert.Contains(missing.Message, "no credentials");
        StringAssert.Contains(refused.Message, "with the credentials");
        Assert.DoesNotContain("wrong password", refused.ToString());
    }

    [TestMethod, Timeout(120_000)]
    public async Task WithATokenAsksForItOncePerScope()
    {
        var tokens = new Tokens();
        await using var registry = await FakeRegistry.StartAsync(tokens.AnswerAsync);
        using var folder = new TempFolder();
        using var client = Client(new() { DockerConfigDirectory = Login(folder, registry.Host, "ada", "secret word") });

        await client.PushAsync(registry.Image("a"), [1]);
        await client.PushAsync(registry.Image("a"), [2]);
        await client.ReadAsync(registry.Image("a"), Blob([1]));

        Assert.HasCount(2, registry.Blobs);
        CollectionAssert.AreEqual(
            new[] { "?service=the%20registry&scope=repository%3Aa%3Apull%2Cpush&account=ada", "?service=the%20registry&scope=repository%3Aa%3Apull&account=ada" },
            tokens.Asked.ToArray());
    }

    [TestMethod, Timeout(120_000)]
    public async Task WithATokenRenewsItBeforeItExpires()
    {
        var tokens = new Tokens { ExpiresIn = 100 };
        await using var registry = await FakeRegistry.StartAsync(tokens.AnswerAsync);
        using var folder = new TempFolder();
        var time = new FakeTime();
        using var client = Client(new() { Time = time, DockerConfigDirectory = Login(folder, registry.Host, "ada", "secret word") });

        await client.PushAsync(registry.Image("a"), [1]);
        time.Advance(TimeSpan.FromSeconds(89));
        await client.PushAsync(registry.Image("a"), [2]);
        Assert.AreEqual(1, tokens.Issued);
        time.Advance(TimeSpan.FromSeconds(2));
        await client.PushAsync(registry.Image("a"), [3]);

        Assert.AreEqual(2, tokens.Issued);
    }

    [TestMethod, Timeout(120_000)]
    public async Task WithATokenThatIsRefusedFetchesANewOne()
    {
        var tokens = new Tokens();
        await using var registry = await FakeRegistry.StartAsync(tokens.AnswerAsync);
        using var folder = new TempFolder();
        using var client = Client(new() { DockerConfigDirectory = Login(folder, registry.Host, "ada", "secret word") });

        await client.PushAsync(registry.Image("a"), [1]);
        tokens.Valid.Clear();
        await client.PushAsync(registry.Image("a"), [2]);

        Assert.AreEqual(2, tokens.Issued);
    }

    [TestMethod, Timeout(120_000)]
    public async Task WithAnIdentityTokenExchangesIt()
    {
        var tokens = new Tokens { RefreshToken = "identity-of-ada" };
        await using var registry = await FakeRegistry.StartAsync(tokens.AnswerAsync);
        using var folder = new TempFolder();
        folder.Write("config.json", $$$"""{"auths":{"https://{{{registry.Host}}}/v1/":{"identitytoken":"identity-of-ada"} }}""");
        using var client = Client(new() { DockerConfigDirectory = folder.Path });

        await client.PushAsync(registry.Image("a"), [1]);

        Assert.AreEqual("client_id=kontrakt&grant_type=refresh_token&refresh_token=identity-of-ada&scope=repository:a:pull,push&service=the registry", tokens.Asked.Single());
    }

    [TestMethod, Timeout(120_000)]
    public async Task ThatTheTokenServiceRefusesIsSaidWithoutTheSecret()
    {
        var tokens = new Tokens { RefreshToken = "another" };
        await using var registry = await FakeRegistry.StartAsync(tokens.AnswerAsync);
        using var folder = new TempFolder();
        folder.Write("config.json", $$$"""{"auths":{"{{{registry.Host}}}":{"identitytoken":"identity-of-ada"} }}""");
        using var client = Client(new() { DockerConfigDirectory = folder.Path });

        var error = await Assert.ThrowsExactlyAsync<RegistryException>(() => client.PushAsync(registry.Image("a"), [1]));

        Assert.AreEqual(RegistryFault.Denied, error.Fault);
        StringAssert.Contains(error.Message, "incorrect username or password ***");
        Assert.DoesNotContain("identity-of-ada", error.ToString());
    }

    [TestMethod, Timeout(120_000)]
    public async Task ForAMountCoversBothRepositories()
    {
        var tokens = new Tokens();
        await using var registry = await FakeRegistry.StartAsync(tokens.AnswerAsync);
        using var folder = new TempFolder();
        using var client = Client(new() { DockerConfigDirectory = Login(folder, registry.Host, "ada", "secret word") });

        await client.PushAsync(registry.Image("b"), [1], mountFrom: "c");

        Assert.IsTrue(tokens.Asked.Any(asked => asked.Contains("scope=repository%3Ab%3Apull%2Cpush&scope=repository%3Ac%3Apull", StringComparison.Ordinal)), string.Join('\n', tokens.Asked));
    }

    [TestMethod, Timeout(120_000)]
    public async Task DoesNotFollowARedirectToAnotherHost()
    {
        var bytes = Noise(1000);
        await using var storage = await FakeRegistry.StartAsync();
        storage.Blobs[Blob(bytes).Digest.ToString()] = bytes;
        var tokens = new Tokens();
        await using var registry = await FakeRegistry.StartAsync(async (context, registry) =>
        {
            if (await tokens.AnswerAsync(context, registry))
                return true;
            context.Response.Redirect($"http://{storage.Host}{context.Request.Path}?signature=x");
            return true;
        });
        using var folder = new TempFolder();
        using var client = Client(new() { DockerConfigDirectory = Login(folder, registry.Host, "ada", "secret word") });

        var read = await client.ReadAsync(registry.Image("a"), Blob(bytes));

        CollectionAssert.AreEqual(bytes, read);
        Assert.AreEqual("", storage.Authorizations.Single());
        Assert.AreEqual(1, storage.Count("GET", "signature=x"));
    }

    [TestMethod, Timeout(120_000)]
    [DataRow("http://example.com/token", "without TLS")]
    [DataRow("ftp://example.com/token", "not a web address")]
    public async Task GoesToNoTokenServiceWithoutTls(string realm, string problem)
    {
        await using var registry = await FakeRegistry.StartAsync(async (context, _) =>
        {
            context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"{realm}\"";
            await FakeRegistry.RefuseAsync(context, 401, "UNAUTHORIZED", "authentication required");
            return true;
        });
        using var client = Client();

        var error = await Assert.ThrowsExactlyAsync<RegistryException>(() => client.PingAsync(registry.Host, CancellationToken.None));

        StringAssert.Contains(error.Message, problem);
    }

    [TestMethod, Timeout(120_000)]
    public async Task OfAnUnknownKindIsSaid()
    {
        await using var registry = await FakeRegistry.StartAsync((context, _) =>
        {
            context.Response.Headers.WWWAuthenticate = "Negotiate";
            context.Response.StatusCode = 401;
            return Task.FromResult(true);
        });
        using var client = Client();

        var error = await Assert.ThrowsExactlyAsync<RegistryException>(() => client.PingAsync(registry.Host, CancellationToken.None));

        Assert.AreEqual(RegistryFault.Denied, error.Fault);
        StringAssert.Contains(error.Message, "Negotiate");
    }

    [TestMethod, Timeout(120_000)]
    [DataRow("Bearer realm=\"R\", service=\"S\", scope=\"repository:a:pull,push repository:b:pull\"")]
    [DataRow("Basic realm=\"x, y\", Bearer realm=\"R\",service=S,scope=\"repository:a:pull,push repository:b:pull\"")]
    [DataRow("bearer  realm = \"\\R\" , service=\"S\",error=\"insufficient_scope\",scope=\"repository:a:pull,push repository:b:pull\"")]
    public async Task ChallengesAreReadAsTheStandardSays(string header)
    {
        var asked = new ConcurrentQueue<string>();
        await using var registry = await FakeRegistry.StartAsync(async (context, registry) =>
        {
            if (context.Request.Path == "/token")
            {
                asked.Enqueue(context.Request.QueryString.Value!);
                await context.Response.WriteAsync("{\"access_token\":\"useless\"}");
                return true;
            }
            context.Response.Headers.WWWAuthenticate = header.Replace("R\"", $"http://{registry.Host}/token\"", StringComparison.Ordinal).Replace("\\http", "\\h\\ttp", StringComparison.Ordinal);
            await FakeRegistry.RefuseAsync(context, 401, "UNAUTHORIZED", "authentication required");
            return true;
        });
        using var client = Client();

        await Assert.ThrowsExactlyAsync<RegistryException>(() => client.GetManifestAsync(registry.Image("a:1"), CancellationToken.None));

        CollectionAssert.AreEqual(
            new[] { "?service=S&scope=repository%3Aa%3Apull", "?service=S&scope=repository%3Aa%3Apull&scope=repository%3Aa%3Apull%2Cpush&scope=repository%3Ab%3Apull" },
            asked.ToArray());
    }
}
