using Kontrakt.Tests;
using System.Text;
using Kontrakt.Oci.Registry;
using Kontrakt.Oci.Tests.Infra;
using static Kontrakt.Oci.Tests.Infra.Registries;

namespace Kontrakt.Oci.Tests;

/// <summary>Docker's config.json and credential helpers.</summary>
[TestClass]
public sealed class Credentials
{
    private static readonly TempFolder Helpers = new();

    /// <summary>Helpers are found on the PATH, which is this process's own.</summary>
    [ClassInitialize]
    public static void AddHelpers(TestContext _)
    {
        Environment.SetEnvironmentVariable("PATH", $"{Environment.GetEnvironmentVariable("PATH")}{Path.PathSeparator}{Helpers.Path}");
        Helper("good", "read server; printf '{\"ServerURL\":\"%s\",\"Username\":\"ada\",\"Secret\":\"of %s\"}' \"$server\" \"$server\"");
        Helper("empty", "echo 'credentials not found in native keychain'; exit 1");
        Helper("broken", "echo 'secret: hush'; echo 'locked' >&2; exit 3");
        Helper("babble", "echo '{\"Username\": hush'");
        Helper("deaf", "exec 0<&-; printf '{\"Username\":\"ada\",\"Secret\":\"x\"}'");
    }

    [ClassCleanup]
    public static void RemoveHelpers() => Helpers.Dispose();

    private static void Helper(string name, string script)
    {
        var path = Helpers.Write($"docker-credential-{name}", $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, (UnixFileMode)0x1ED);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>What a registry that wants Basic is sent.</summary>
    private static async Task<string> SentAsync(Func<string, string> config, bool given = false, Func<string, string>? first = null)
    {
        await using var registry = await FakeRegistry.StartAsync(async (context, _) =>
        {
            if (context.Request.Headers.Authorization.Count > 0)
                return false;
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"test\"";
            await FakeRegistry.RefuseAsync(context, 401, "UNAUTHORIZED", "authentication required");
            return true;
        });
        using var folder = new TempFolder();
        folder.Write("config.json", config(registry.Host));
        var options = new RegistryOptions { DockerConfigDirectory = folder.Path };
        if (first is not null)
            options = options with { FirstDockerConfigs = [Encoding.UTF8.GetBytes(first(registry.Host))] };
        using var client = Client(given ? options with { DockerConfigs = [Encoding.UTF8.GetBytes("{}"), Encoding.UTF8.GetBytes(config(registry.Host))] } : options);
        await client.PingAsync(registry.Host, CancellationToken.None);
        var sent = registry.Authorizations.Last();
        return Encoding.UTF8.GetString(Convert.FromBase64String(sent["Basic ".Length..]));
    }

    [TestMethod, Timeout(120_000)]
    public async Task ThatAreGivenComeFromAuthsAndNoHelperIsRun()
    {
        Assert.AreEqual("ada:word", await SentAsync(host => $$"""{ "auths": { "{{host}}": { "auth": "{{Base64("ada:word")}}" } }, "credHelpers": { "{{host}}": "good" }, "credsStore": "good" }""", given: true));
        Assert.AreEqual("ada:word", await SentAsync(host => $$"""{ "{{host}}": { "username": "ada", "password": "word" } }""", given: true));
    }

    [TestMethod, Timeout(120_000)]
    public async Task ThatGoFirstDoSoForTheRegistriesThatTheyName()
    {
        static string Login(string host, string user) => $$$"""{"auths":{"https://{{{host}}}":{"auth":"{{{Base64($"{user}:word")}}}"} }}""";

        Assert.AreEqual("first:word", await SentAsync(host => Login(host, "own"), first: host => Login(host, "first")));
        Assert.AreEqual("own:word", await SentAsync(host => Login(host, "own"), first: _ => Login("other.example.com", "first")));
    }

    [TestMethod, Timeout(120_000)]
    public async Task ComeFromAuths()
    {
        var auth = Base64("ada:pass:word");

        Assert.AreEqual("ada:pass:word", await SentAsync(host => $$$"""{"auths":{"{{{host}}}":{"auth":"{{{auth}}}"} }}"""));
        Assert.AreEqual("ada:pass:word", await SentAsync(host => $$$"""{"auths":{"other":{"auth":"x"},"https://{{{host}}}/v2/":{"auth":"{{{auth}}}"} }}"""));
        Assert.AreEqual("ada:p", await SentAsync(host => $$$"""{"auths":{"{{{host}}}":{"username":"ada","password":"p"} }}"""));
    }

    [TestMethod, Timeout(120_000)]
    public async Task ComeFromHelpers()
    {
        var auth = Base64("bob:p");

        StringAssert.StartsWith(await SentAsync(host => $$$"""{"credHelpers":{"{{{host}}}":"good"},"credsStore":"broken"}"""), "ada:of 127.0.0.1:");
        StringAssert.StartsWith(await SentAsync(_ => """{"credsStore":"good"}"""), "ada:of 127.0.0.1:");
        Assert.AreEqual("bob:p", await SentAsync(host => $$$"""{"credsStore":"empty","auths":{"{{{host}}}":{"auth":"{{{auth}}}"} }}"""));
        Assert.AreEqual("ada:x", await SentAsync(_ => """{"credsStore":"deaf"}"""));
    }

    [TestMethod, Timeout(120_000)]
    [DataRow("{", "is not JSON")]
    [DataRow("[]", "no JSON object")]
    [DataRow("{\"credsStore\":\"broken\"}", "'docker-credential-broken' failed (exit code 3)")]
    [DataRow("{\"credsStore\":\"babble\"}", "docker-credential-babble")]
    [DataRow("{\"credsStore\":\"not-installed\"}", "docker-credential-not-installed")]
    [DataRow("{\"credsStore\":\"../evil\"}", "not a program name")]
    [DataRow("{\"auths\":{\"HOST\":{\"auth\":\"!hush\"}}}", "not base64")]
    [DataRow("{\"auths\":{\"HOST\":{\"auth\":\"aHVzaA==\"}}}", "user:password")]
    public async Task ThatCannotBeReadAreAnError(string config, string problem)
    {
        var error = await Assert.ThrowsExactlyAsync<RegistryException>(() => SentAsync(host => config.Replace("HOST", host, StringComparison.Ordinal)));

        Assert.AreEqual(RegistryFault.Credentials, error.Fault);
        StringAssert.Contains(error.Message, problem);
        Assert.DoesNotContain("hush", error.ToString());
    }
}
