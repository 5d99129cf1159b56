using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Kontrakt.Oci.Layers;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace StandInExecutor;

/// <summary>
/// The image that the stand-in makes: what FROM names, with one layer on it. It copies files; of RUN it knows two forms, busybox --install and chmod,
/// which it does to that layer without running them. WORKDIR, wildcards and further stages it does not know.
/// </summary>
internal sealed partial class Stage(string workspace, IReadOnlyList<ImageLayer> below, ImageConfig config, Dictionary<string, string> variables)
{
    private readonly SortedDictionary<string, LayerEntry> _entries = new(StringComparer.Ordinal) { ["stand-in"] = new LayerEntry.Content("stand-in", 0x1A4, "made by a test\n"u8.ToArray()) };
    private ImageConfig _config = config;

    /// <summary>What a stage begins with.</summary>
    public static async Task<Stage> FromAsync(string name, string workspace, Dictionary<string, string> variables, Options options, RegistryClient registry)
    {
        if (name == "scratch")
            return new(workspace, [], new() { Os = "linux", Architecture = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64" }, variables);
        var image = Mapped(ImageReference.Parse(name), options);
        var manifest = ImageManifest.Parse(await registry.GetManifestAsync(image, CancellationToken.None));
        var config = await registry.GetConfigAsync(image, manifest, CancellationToken.None);
        return new(workspace, ImageParts.LayersOf(image, manifest, config), config with { History = null }, variables);
    }

    public void Do(string keyword, string arguments)
    {
        var text = Replace(arguments, variables);
        switch (keyword)
        {
            case "COPY":
                Copy(text.Split(' '));
                break;
            case "RUN" when text.StartsWith('['):
                Run(Words(text));
                break;
            case "ENV":
                _config = _config with { Environment = [.. _config.Environment ?? [], text] };
                break;
            case "LABEL" when text.Split('=', 2) is [var name, var value]:
                _config = _config with { Labels = new Dictionary<string, string>(_config.Labels ?? new Dictionary<string, string>()) { [name] = value } };
                break;
            case "CMD":
                _config = _config with { Command = Words(text) };
                break;
        }
    }

    /// <param name="labels">Besides those of the Dockerfile.</param>
    public async Task<ImageParts> FinishAsync(IEnumerable<KeyValuePair<string, string>> labels)
    {
        var layer = await LayerWriter.WriteAsync([.. _entries.Values], Path.GetTempFileName(), CancellationToken.None);
        var all = new Dictionary<string, string>(_config.Labels ?? new Dictionary<string, string>());
        foreach (var (name, value) in labels)
            all[name] = value;
        return new() { Config = _config with { Labels = all }, Layers = [.. below, new ImageLayer.OnDisk(layer)] };
    }

    public static string Replace(string text, Dictionary<string, string> variables) =>
        Variable().Replace(text, use => variables.GetValueOrDefault(use.Groups[1].Value + use.Groups[2].Value, ""));

    private void Copy(string[] words)
    {
        var (source, target) = (Path.Combine(workspace, words[0]), words[1]);
        if (!Path.Exists(source))
            throw new BuildException($"error building stage: failed to get files used from context: failed to get fileinfo for {source}: lstat {source}: no such file or directory");
        if (File.Exists(source))
            Add(target.EndsWith('/') ? target + Path.GetFileName(source) : target, source);
        else
            foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
                Add($"{target}/{Path.GetRelativePath(source, file)}", file);
    }

    private void Add(string path, string source) => _entries[path.Trim('/')] = new LayerEntry.File(path.Trim('/'), (int)File.GetUnixFileMode(source), source);

    private void Run(IReadOnlyList<string> words)
    {
        if (words is [var busybox, "--install", "-s", var folder])
            foreach (var name in Applets(Entry(busybox)))
                _entries.TryAdd($"{folder}/{name}".Trim('/'), new LayerEntry.SymbolicLink($"{folder}/{name}".Trim('/'), busybox));
        else if (words is ["chmod", var mode, var file])
            _entries[file.Trim('/')] = Entry(file) with { Mode = Convert.ToInt32(mode, 8) };
        else
            throw new BuildException($"error building stage: failed to execute command: the stand-in does not run {string.Join(' ', words)}");
    }

    private LayerEntry Entry(string path) => _entries.TryGetValue(path.Trim('/'), out var entry) ? entry
        : throw new BuildException(string.Create(CultureInfo.InvariantCulture, $"error building stage: failed to execute command: {path}: no such file among those that COPY brought"));

    private static string[] Applets(LayerEntry program)
    {
        var source = program is LayerEntry.File file ? file.Source : throw new BuildException("error building stage: busybox is no file");
        using var process = Process.Start(new ProcessStartInfo(source, "--list") { RedirectStandardOutput = true }) ?? throw new BuildException("error building stage: busybox does not start");
        var listed = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return listed.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private static string[] Words(string json) => JsonSerializer.Deserialize<string[]>(json) ?? [];

    /// <summary>As --registry-map has it: REGISTRY=PLACE, where PLACE may have a path.</summary>
    private static ImageReference Mapped(ImageReference image, Options options)
    {
        var place = options.All("registry-map").Select(map => map.Split('=', 2)).FirstOrDefault(map => map[0] == image.Registry)?[1];
        return place is null ? image : ImageReference.Parse(place + image.ToString()[image.Registry.Length..]);
    }

    [GeneratedRegex(@"\$(?:(\w+)|\{(\w+)\})")]
    private static partial Regex Variable();
}
