namespace Kontrakt.Images.Templates;

/// <summary>Texts that may name an image of the same run.</summary>
internal static class ImageTexts
{
    /// <param name="image">Registry and repository.</param>
    /// <param name="repository">KO_DOCKER_REPO.</param>
    public static bool Name(IEnumerable<string> texts, string image, string repository) => texts
        .Select(text => text.Replace("${KO_DOCKER_REPO}", repository, StringComparison.Ordinal))
        .Any(text => text == image || text.StartsWith(image + ":", StringComparison.Ordinal) || text.StartsWith(image + "@", StringComparison.Ordinal));
}
