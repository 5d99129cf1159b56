using System.Globalization;
using System.Text.Json;
using Kontrakt.Oci.Layers;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace StandInExecutor;

/// <summary>
/// Plays Kaniko's executor: takes its arguments, logs as it does, and pushes an image that says, in its labels, what this container was given. It runs
/// no command; these it knows: RUN false fails, RUN hang never ends, RUN lie says another digest than it pushes, RUN say nothing says none, and
/// RUN meet A B waits for another build that meets B A.
/// </summary>
internal static class Build
{
    private const string Workspace = "/workspace";

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
        var lines = await File.ReadAllLinesAsync(options.One("dockerfile"));
        var digest = await PushAsync(registry, image, options);
        foreach (var line in lines.Where(line => line.Length > 0 && line[0] != '#'))
            digest = await StepAsync(line, digest, registry, image);
        await File.WriteAllTextAsync(options.One("digest-file"), digest);
        Log($"Pushed {image}");
    }

    /// <returns>What is said of the digest from now on.</returns>
    private static async Task<string> StepAsync(string line, string digest, RegistryClient registry, ImageReference image)
    {
        var words = line.Split(' ');
        if (words[0] == "COPY" && !Path.Exists(Path.Combine(Workspace, words[1])))
            throw new BuildException($"error building stage: failed to get files used from context: failed to get fileinfo for {Workspace}/{words[1]}: lstat {Workspace}/{words[1]}: no such file or directory");
        Log(words[0] == "FROM" ? $"Building stage '{words[1]}' [idx: '0', base-idx: '-1']" : line);
        switch (line)
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
        if (words is ["RUN", "meet", var here, var there])
            await MeetAsync(registry, image, here, there);
        return digest;
    }

    private static async Task MeetAsync(RegistryClient registry, ImageReference image, string here, string there)
    {
        var place = image with { Repository = $"{image.Repository[..image.Repository.LastIndexOf('/')]}/meeting" };
        await PushAsync(registry, place.WithTag(here), new Dictionary<string, string>());
        while (await registry.ResolveAsync(place.WithTag(there), CancellationToken.None) is null)
            await Task.Delay(TimeSpan.FromMilliseconds(100));
    }

    private static Task<string> PushAsync(RegistryClient registry, ImageReference image, Options options)
    {
        var config = Path.Combine(Environment.GetEnvironmentVariable("DOCKER_CONFIG") ?? "/nowhere", "config.json");
        return PushAsync(registry, image, new Dictionary<string, string>
        {
            ["arguments"] = string.Join('\n', Environment.GetCommandLineArgs().Skip(1)),
            ["workspace"] = string.Join('\n', Directory.EnumerateFiles(Workspace, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Workspace, file)).Order(StringComparer.Ordinal)),
            ["credentials"] = File.Exists(config) ? string.Join('\n', JsonDocument.Parse(File.ReadAllBytes(config)).RootElement.GetProperty("auths").EnumerateObject().Select(entry => entry.ToString())) : "",
            ["made"] = DateTime.UtcNow.Ticks.ToString(CultureInfo.InvariantCulture),
            ["build-args"] = string.Join('\n', options.All("build-arg")),
        });
    }

    private static async Task<string> PushAsync(RegistryClient registry, ImageReference image, Dictionary<string, string> labels)
    {
        var file = Path.GetTempFileName();
        var layer = await LayerWriter.WriteAsync([new LayerEntry.Content("stand-in", 0x1A4, "made by a test\n"u8.ToArray())], file, CancellationToken.None);
        var config = new ImageConfig { Os = "linux", Architecture = "amd64", Labels = labels };
        return (await ImagePusher.PushAsync(registry, image, new() { Config = config, Layers = [new ImageLayer.OnDisk(layer)] }, CancellationToken.None)).Manifest.Digest.ToString();
    }

    private static void Log(string text) => Console.Error.WriteLine($"\u001b[36mINFO\u001b[0m[0000] {text}");
}
