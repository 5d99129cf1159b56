using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Oci.Names;

namespace Kontrakt.Images;

/// <summary>Images that a container pulls, looked at as soon as they are read: what no registry can have is said before anything is built.</summary>
internal static class ImageReferences
{
    /// <summary>Stand for what is known only later. A tag, too, is letters and digits.</summary>
    private static readonly ResolveValues Later = new("reference", "localhost/repository", (_, _) => null);

    /// <exception cref="KontraktException">KTR1018.</exception>
    public static void Require(ImageUse use)
    {
        if (!use.IsOfContainer)
            return;
        var text = ManifestResolver.ResolveTokens(use.Text, Later);
        if (!ImageReference.TryParse(text, out _, out var problem))
            throw Ktr.InvalidImage.Error(use.Location, use.Text, Hint(use.Text) ?? problem);
        if (use.Scalar.Value.Length != use.Text.Length)
            throw Ktr.InvalidImage.Error(use.Location, use.Text, "blanks or line ends stand around it, which the cluster refuses");
    }

    private static string? Hint(string text) => text switch
    {
        ['/', ..] => $"it is an absolute path, which is written dockerfile://{text}, or relative to this file",
        _ when text.StartsWith("file:", StringComparison.OrdinalIgnoreCase) => "a path is written without 'file:', relative to this file",
        _ when text.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("docker://", StringComparison.OrdinalIgnoreCase) =>
            $"a reference has no scheme; leave out '{text[..(text.IndexOf("//", StringComparison.Ordinal) + 2)]}'",
        _ => null,
    };
}
