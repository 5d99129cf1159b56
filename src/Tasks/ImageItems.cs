using Kontrakt.Diagnostics;
using Kontrakt.Images;
using Microsoft.Build.Framework;

namespace Kontrakt.Tasks;

/// <summary>Reads KontraktImage items: metadata Name, Dockerfile, Stage, Platform, BuildArgs, Labels, Cache.</summary>
internal static class ImageItems
{
    /// <param name="path">The item's full path.</param>
    /// <exception cref="KontraktException">KTR1019: a pair without a name, or a Cache that is no truth value.</exception>
    public static ImageItem Read(ITaskItem item, string path) => new(Path.TrimEndingDirectorySeparator(path))
    {
        Name = item.GetMetadata("Name"),
        Dockerfile = item.GetMetadata("Dockerfile"),
        Target = item.GetMetadata("Stage"),
        Platform = item.GetMetadata("Platform"),
        BuildArgs = Pairs(item, "BuildArgs", path),
        Labels = Pairs(item, "Labels", path),
        Cache = Boolean(item, "Cache", path),
    };

    private static Dictionary<string, string> Pairs(ITaskItem item, string name, string path)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in item.GetMetadata(name).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = pair.Split('=', 2);
            if (parts.Length < 2 || parts[0].Trim().Length == 0 || !pairs.TryAdd(parts[0].Trim(), parts[1]))
                throw Ktr.InvalidSetting.Error(new(path), name, pair, "write each name once, with a value: Name=value;Other=value");
        }
        return pairs;
    }

    private static bool Boolean(ITaskItem item, string name, string path) => item.GetMetadata(name).ToLowerInvariant() switch
    {
        "" or "false" => false,
        "true" => true,
        var text => throw Ktr.InvalidSetting.Error(new(path), name, text, "write true or false"),
    };
}
