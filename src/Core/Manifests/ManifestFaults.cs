using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Manifests;

/// <summary>What reading a file can throw, as diagnostics.</summary>
internal static class ManifestFaults
{
    /// <param name="shown">The path that the diagnostic names.</param>
    public static Diagnostic From(YamlSyntaxException fault, string shown)
    {
        var place = new SourceLocation(shown, fault.Mark.Line, fault.Mark.Column);
        return fault.Fault switch
        {
            YamlFault.DuplicateKey => Ktr.DuplicateKey.At(place, fault.Key, fault.FirstLine),
            YamlFault.TooLarge => Ktr.ManifestTooLarge.At(place, fault.Message),
            _ => Ktr.ManifestSyntax.At(place, fault.Message),
        };
    }

    public static Diagnostic From(Exception fault, string shown) => Ktr.FileUnreadable.At(new(shown), shown, fault.Message);

    public static bool IsFileFault(Exception fault) => fault is IOException or UnauthorizedAccessException;

    /// <summary>By file, then by place; each once.</summary>
    public static IReadOnlyList<Diagnostic> InOrder(IEnumerable<Diagnostic> diagnostics) =>
        [.. diagnostics.Distinct().OrderBy(diagnostic => diagnostic.Location?.File, StringComparer.Ordinal).ThenBy(diagnostic => diagnostic.Location?.Line).ThenBy(diagnostic => diagnostic.Location?.Column)];
}
