using System.Globalization;
using System.Text.Json;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace StandInExecutor;

/// <summary>
/// Plays Kaniko's executor: takes its arguments, logs as it does, and pushes an image that says, in its labels, what this container was given, and that
/// is as far as <see cref="Stage"/> goes what the Dockerfile says. It runs no command; these it knows besides: RUN false fails, RUN hang never ends,
/// RUN lie says another digest than it pushes, RUN say nothing says none, and RUN meet B waits for the build of B beside it, which has to wait for this one.
/// </summary>
internal static class Build
{
    private const string Workspace = "/kaniko/kontrakt/context";
    private const string Secrets = "/kaniko/kontrakt/secrets";

    public static async Task RunAsync(Options options)
    {
        if (options.One("context") != $"dir://{Workspace}")
            throw new FormatException($"--context is {options.One("context")}");
        var image = ImageReference.Parse(options.One("destination"));
        using var registry = new RegistryClient(new()
        {
            InsecureHosts = [.. options.All("insecure-registry")],
            DockerConfigDirectory = Environment.GetEnvironmentVariable("DOCKER_CONFIG"),
        });
        await ReachAsync(registry, image);
        var lines = await File.ReadAllLinesAsync(Path.Combine(Workspace, options.One("dockerfile")));
        var given = options.All("build-arg").Select(text => text.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        var variables = new Dictionary<string, string>();
        Stage? stage = null;
        string? said = null;
        foreach (var words in lines.Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(' ', 2)))
        {
            if (words[0] == "ARG" && words[1].Split('=', 2) is var argument)
                variables[argument[0]] = given.GetValueOrDefault(argument[0], argument.ElementAtOrDefault(1) ?? "");
            else if (words[0] == "FROM")
                stage = await BeginAsync(Stage.Replace(words[1], variables), variables, options, registry);
            else
                said = await StepAsync(words[0], words[1], stage ?? throw new FormatException("no FROM"), registry, image) ?? said;
        }
        var made = await ImagePusher.PushAsync(registry, image, await (stage ?? throw new FormatException("no FROM")).FinishAsync(Report(options)), CancellationToken.None);
        await File.WriteAllTextAsync(options.One("digest-file"), said ?? made.Manifest.Digest.ToString());
        Log($"Pushed {image}");
    }

    /// <summary>On a machine that is busy, a first contact may take longer than the client waits for it.</summary>
    private static async Task ReachAsync(RegistryClient registry, ImageReference image)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await registry.ResolveAsync(image, CancellationToken.None);
                return;
            }
            catch (RegistryException e) when (e.Fault == RegistryFault.Unreachable && attempt < 10)
            {
                Log($"{e.Message}; trying again");
            }
        }
    }

    private static async Task<Stage> BeginAsync(string image, Dictionary<string, string> variables, Options options, RegistryClient registry)
    {
        Log($"Building stage '{image}' [idx: '0', base-idx: '-1']");
        return await Stage.FromAsync(image, Workspace, variables, options, registry);
    }

    /// <returns>What is said of the digest at the end; null: what it is.</returns>
    private static async Task<string?> StepAsync(string keyword, string arguments, Stage stage, RegistryClient registry, ImageReference image)
    {
        if (keyword != "COPY")
            Log($"{keyword} {arguments}");
        stage.Do(keyword, arguments);
        if (keyword == "COPY")
            Log($"{keyword} {arguments}");
        switch ($"{keyword} {arguments}")
        {
            case "RUN false":
                throw new BuildException("error building stage: failed to execute command: waiting for process to exit: exit status 1");
            case "RUN hang":
                await Task.Delay(Timeout.Infinite);
                break;
            case "RUN lie":
                return $"sha256:{new string('0', 64)}";
            case "RUN say nothing":
                return "";
        }
        if (keyword == "RUN" && arguments.Split(' ') is ["meet", var there])
            await MeetAsync(registry, image, there);
        return null;
    }

    /// <summary>Waits for the build of the image beside this one: each leaves a sign in its own repository, which is the one it may push to.</summary>
    private static async Task MeetAsync(RegistryClient registry, ImageReference image, string there)
    {
        var sign = await new Stage(Workspace, [], new() { Os = "linux", Architecture = "amd64" }, []).FinishAsync([]);
        await ImagePusher.PushAsync(registry, image.WithTag("met"), sign, CancellationToken.None);
        var other = image with { Repository = $"{image.Repository[..image.Repository.LastIndexOf('/')]}/{there}" };
        while (await registry.ResolveAsync(other.WithTag("met"), CancellationToken.None) is null)
            await Task.Delay(TimeSpan.FromMilliseconds(100));
    }

    /// <summary>What this container was given.</summary>
    private static Dictionary<string, string> Report(Options options)
    {
        var config = Path.Combine(Environment.GetEnvironmentVariable("DOCKER_CONFIG") ?? "/nowhere", "config.json");
        return new()
        {
            ["arguments"] = string.Join('\n', Environment.GetCommandLineArgs().Skip(1)),
            ["workspace"] = string.Join('\n', Directory.EnumerateFiles(Workspace, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Workspace, file)).Order(StringComparer.Ordinal)),
            ["beside"] = string.Join('\n', Directory.EnumerateFiles(Path.GetDirectoryName(Path.Combine(Workspace, options.One("dockerfile"))) ?? Workspace).Select(Path.GetFileName).Order(StringComparer.Ordinal)),
            ["credentials"] = File.Exists(config) ? string.Join('\n', JsonDocument.Parse(File.ReadAllBytes(config)).RootElement.GetProperty("auths").EnumerateObject().Select(entry => entry.ToString())) : "",
            ["secrets"] = string.Join('\n', options.All("secret").Select(secret => $"{secret} {Hash(Path.Combine(Secrets, secret.Split(',')[0]["id=".Length..]))}")),
            ["made"] = DateTime.UtcNow.Ticks.ToString(CultureInfo.InvariantCulture),
            ["build-args"] = string.Join('\n', options.All("build-arg")),
        };
    }

    /// <summary>Proves that it is there, and does not say what it is.</summary>
    private static string Hash(string file) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)));

    private static void Log(string text) => Console.Error.WriteLine($"\u001b[36mINFO\u001b[0m[0000] {text}");
}
