using System.Globalization;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Kubernetes.Config;

/// <summary>One kubeconfig file: its named clusters, users and contexts, not yet checked.</summary>
internal sealed record KubeConfigFile(string? CurrentContext, IReadOnlyList<KubeConfigEntry> Clusters, IReadOnlyList<KubeConfigEntry> Users, IReadOnlyList<KubeConfigEntry> Contexts)
{
    /// <summary>The file, or null when there is none.</summary>
    public static KubeConfigFile? Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KubeConfigException($"{path}: cannot be read: {e.Message}", e);
        }
        return Parse(path, text);
    }

    private static KubeConfigFile Parse(string path, string text)
    {
        var root = Root(path, text);
        if (root is null)
            return new(null, [], [], []);
        if (root is not YamlMapping)
            throw new KubeConfigException($"{path}: not a kubeconfig: a mapping with clusters, users and contexts is expected");
        if (root.At("kind") is YamlScalar { Value: not ("" or "Config") } kind)
            throw new KubeConfigException($"{path}:{kind.Start.Line}: not a kubeconfig: kind is {kind.Value}, not Config");
        var current = (root.At("current-context") as YamlScalar)?.Value;
        return new(string.IsNullOrEmpty(current) ? null : current,
            Entries(path, root, "clusters", "cluster"), Entries(path, root, "users", "user"), Entries(path, root, "contexts", "context"));
    }

    private static YamlNode? Root(string path, string text)
    {
        try
        {
            return YamlFile.Parse(path, text).Documents is [var first, ..] ? first : null;
        }
        catch (YamlSyntaxException e)
        {
            throw new KubeConfigException($"{path}:{e.Mark.Line}:{e.Mark.Column}: not a kubeconfig: {e.Message}", e);
        }
    }

    private static List<KubeConfigEntry> Entries(string path, YamlNode root, string section, string body)
    {
        var entries = new List<KubeConfigEntry>();
        if (root.At(section) is not YamlSequence list)
            return root.At(section) is null or YamlScalar { Value: "" or "null" or "~" }
                ? entries
                : throw new KubeConfigException($"{path}:{root.At(section)?.Start.Line}: {section} must be a list");
        foreach (var item in list.Items)
        {
            if (item.At("name") is not YamlScalar { Value.Length: > 0 } name)
                throw new KubeConfigException($"{path}:{item.Start.Line}: an entry of {section} has no name");
            if (entries.Any(entry => entry.Name == name.Value))
                throw new KubeConfigException($"{path}:{name.Start.Line}: {section} defines '{name.Value}' twice");
            entries.Add(new(path, section, name.Value, item.Start.Line, item.At(body)));
        }
        return entries;
    }
}

/// <summary>A named cluster, user or context with the file it is in.</summary>
internal sealed record KubeConfigEntry(string Path, string Section, string Name, int Line, YamlNode? Body)
{
    /// <summary>The text of a field; null when it is missing or empty.</summary>
    public string? Text(params ReadOnlySpan<object> field) =>
        Body?.At(field) is YamlScalar { Value.Length: > 0 } scalar && (scalar.Style != YamlStyle.Plain || scalar.Value is not ("null" or "~")) ? scalar.Value : null;

    public bool Flag(string field) => Text(field) switch
    {
        null or "false" or "False" or "FALSE" => false,
        "true" or "True" or "TRUE" => true,
        var other => throw Error($"{field} must be true or false, not '{other}'", field),
    };

    public IReadOnlyList<string> List(params ReadOnlySpan<object> field) =>
        Body?.At(field) is YamlSequence list ? [.. list.Items.OfType<YamlScalar>().Select(item => item.Value)] : [];

    /// <summary>The bytes of X-data (base64), else of the file X, relative to the kubeconfig; null when neither exists.</summary>
    public ReadOnlyMemory<byte>? Bytes(string field)
    {
        if (Text(field + "-data") is { } data)
            try
            {
                return Convert.FromBase64String(data);
            }
            catch (FormatException)
            {
                throw Error($"{field}-data is not base64", field + "-data");
            }
        if (Text(field) is not { } file)
            return null;
        try
        {
            return File.ReadAllBytes(Resolve(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Error($"{field} {Resolve(file)} cannot be read: {e.Message}", field);
        }
    }

    /// <summary>A path of the file, relative to the folder of the file.</summary>
    public string Resolve(string file) => System.IO.Path.GetFullPath(file, System.IO.Path.GetDirectoryName(Path) ?? "/");

    /// <summary>A mistake in this entry, with file and line.</summary>
    public KubeConfigException Error(string what, params ReadOnlySpan<object> field) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{Path}:{Body?.At(field)?.Start.Line ?? Line}: {Section} '{Name}': {what}"));
}

/// <summary>A kubeconfig that cannot be used, in words for its owner.</summary>
public sealed class KubeConfigException(string message, Exception? inner = null) : Exception(message, inner);
