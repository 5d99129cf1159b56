using System.Net;
using System.Text;

namespace Package.Tests;

/// <summary>dotnet new, with the templates as they are packed.</summary>
[TestClass]
public sealed class NewProjects
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(600_000)]
    [DataRow("x")]
    [DataRow("My Shop", DisplayName = "a space")]
    [DataRow("Shop.Api", DisplayName = "a dot")]
    [DataRow("shop-api", DisplayName = "a dash")]
    [DataRow("1 Über_Shop.2-3", DisplayName = "all of them")]
    public async Task OfYamlHoldAKontraktThatIsFound(string name)
    {
        using var workspace = new Workspace(TestContext);
        await NewAsync(workspace, "kontrakt", "-o", name);

        var build = await workspace.BuildAsync(name, "-t:KontraktDiscover");

        build.Succeeds();
        Assert.AreEqual($"""<Project Sdk="Kontrakt.MSBuild/{Packed.Version}" />""", File.ReadAllText(workspace.At($"{name}/{name}.csproj")).Trim());
        Assert.HasCount(1, workspace.Runs(name), build.Log);
    }

    [TestMethod, Timeout(600_000)]
    public async Task OfYamlNameTheAppAndItsTest()
    {
        using var workspace = new Workspace(TestContext).WriteProgram("It's an Api", "It's an Api").WriteProgram("Checks", "Checks");
        await NewAsync(workspace, "kontrakt", "--app", @".\It's an Api", "--test", "Checks", "--url", "http://app/it's?a=b");

        var build = await workspace.BuildAsync("-t:KontraktDiscover", "-p:SOURCE_REFERENCE=t1", "-p:KO_DOCKER_REPO=localhost:1/x");

        build.Succeeds();
        Assert.HasCount(1, workspace.Runs(), build.Log);
        Assert.Contains("image: '../It''s an Api'", File.ReadAllText(workspace.At("kontrakt/app.yaml")).Replace("/./", "/", StringComparison.Ordinal));
        Assert.Contains("image: '../Checks'", File.ReadAllText(workspace.At("kontrakt/test.yaml")));
        Assert.Contains("value: 'http://app/it''s?a=b'", File.ReadAllText(workspace.At("kontrakt/test.yaml")));
    }

    [TestMethod, Timeout(600_000)]
    public async Task OfYamlWithoutATestRequireThatTheAppIsReady()
    {
        using var workspace = new Workspace(TestContext).WriteProgram("Api", "Api");
        await NewAsync(workspace, "kontrakt", "-o", "Contract", "--app", "../Api");

        var build = await workspace.BuildAsync("Contract", "-t:KontraktDiscover", "-p:SOURCE_REFERENCE=t1", "-p:KO_DOCKER_REPO=localhost:1/x");

        build.Succeeds();
        Assert.AreEqual("app.yaml ready.assert.yaml", string.Join(' ', Directory.GetFiles(workspace.At("Contract/kontrakt")).Select(Path.GetFileName).Order(StringComparer.Ordinal)));
    }

    [TestMethod, Timeout(600_000)]
    public async Task LeaveFilesThatExist()
    {
        using var workspace = new Workspace(TestContext).Write("x/kontrakt/first.yaml", "mine").Write("y/Tests.cs", "mine");

        foreach (var (template, folder, file) in new[] { ("kontrakt", "x", "x/kontrakt/first.yaml"), ("kontrakt-test", "y", "y/Tests.cs") })
        {
            var made = await TryNewAsync(workspace, template, "-o", folder);

            made.Fails().Says(Path.GetFileName(file));
            Assert.AreEqual("mine", File.ReadAllText(workspace.At(file)));
            Assert.IsFalse(File.Exists(workspace.At($"{folder}/{folder}.csproj")), made.Log);
        }
    }

    /// <summary>It passes where the URL answers, and fails where it does not, or where there is none.</summary>
    [TestMethod, Timeout(900_000)]
    [DataRow("mstest")]
    [DataRow("nunit")]
    [DataRow("xunit")]
    public async Task OfTestsTestWhatTheUrlNames(string framework)
    {
        using var workspace = new Workspace(TestContext).WithPublicPackages();
        await NewAsync(workspace, "kontrakt-test", "-o", "My.Checks", "--framework", framework);
        var build = await workspace.BuildAsync("My.Checks");
        if (build.Log.Contains("error NU1301", StringComparison.Ordinal) || build.Log.Contains("error NU1101", StringComparison.Ordinal))
            Assert.Inconclusive($"skipped: the packages of {framework} are not available here: {build.Log}");
        build.Succeeds();
        using var server = new HttpListener();
        var port = FreePort();
        server.Prefixes.Add($"http://127.0.0.1:{port}/");
        server.Start();
        var answering = AnswerAsync(server);

        var good = await RunAsync(workspace, $"http://127.0.0.1:{port}/good");
        var bad = await RunAsync(workspace, $"http://127.0.0.1:{port}/bad");
        var none = await RunAsync(workspace, null);
        server.Stop();
        await answering;

        good.Succeeds();
        bad.Fails().Says($"GET http://127.0.0.1:{port}/bad: InternalServerError");
        none.Fails().Says("The variable URL is not set.");
    }

    private static Task<DotnetResult> RunAsync(Workspace workspace, string? url) => workspace.DotnetWithAsync(
        url is null ? [] : new() { ["URL"] = url }, "run", "--project", "My.Checks", "--no-build");

    /// <summary>200, and 500 for /bad, until it is stopped.</summary>
    private static async Task AnswerAsync(HttpListener server)
    {
        try
        {
            while (await server.GetContextAsync() is var context)
            {
                context.Response.StatusCode = context.Request.Url!.AbsolutePath == "/bad" ? 500 : 200;
                context.Response.Close(Encoding.UTF8.GetBytes("answer"), willBlock: true);
            }
        }
        catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
        {
            return;
        }
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task NewAsync(Workspace workspace, params string[] arguments) => (await TryNewAsync(workspace, arguments)).Succeeds();

    /// <summary>With templates of the workspace's own: none of the machine are changed.</summary>
    private static async Task<DotnetResult> TryNewAsync(Workspace workspace, params string[] arguments)
    {
        var hive = new[] { "--debug:custom-hive", workspace.At(".templates") };
        if (!Directory.Exists(workspace.At(".templates")))
            (await workspace.DotnetAsync(["new", "install", Packed.Templates, .. hive])).Succeeds();
        return await workspace.DotnetAsync(["new", .. arguments, .. hive]);
    }
}
