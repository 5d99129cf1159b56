namespace Kontrakt.Diagnostics;

/// <summary>The schemes by which a text says that an image has to be built: the only list of them. Messages name them from here.</summary>
public static class ImageSchemes
{
    public const string Dotnet = "dotnet://", Dockerfile = "dockerfile://", Template = "template://";

    private static readonly (string Scheme, string Form)[] Known = [(Dotnet, "Name"), (Dockerfile, "path"), (Template, "NAME?KEY=VALUE")];

    public static IReadOnlyList<string> All { get; } = [.. Known.Select(each => each.Scheme)];

    /// <summary>How each is written, for messages.</summary>
    public static string Forms { get; } = string.Join(", ", Known.Select(each => each.Scheme + each.Form));

    /// <summary>The scheme that a text begins with, in whatever case; null for none.</summary>
    public static string? Of(string text) => All.FirstOrDefault(scheme => text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a text begins as one but with a single slash. "dotnet:10.0" is the image docker.io/library/dotnet with a tag.</summary>
    public static bool IsAlmost(string text) => Of(text) is null && All.Any(scheme => text.StartsWith(scheme[..^1], StringComparison.OrdinalIgnoreCase));
}
