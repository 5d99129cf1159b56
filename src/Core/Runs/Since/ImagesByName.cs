using System.Text.RegularExpressions;
using Kontrakt.Manifests.Sources;

namespace Kontrakt.Runs;

/// <summary>What all kontrakts of a run build: one may name the image of another by its repository, KO_DOCKER_REPO/NAME, in a manifest or as a base.</summary>
internal sealed partial class ImagesByName(IReadOnlyList<ImageSource> all)
{
    /// <summary>Some images, and those whose names are in the texts, or in what one of these is built by. A name that means something else counts, too.</summary>
    public IEnumerable<ImageSource> With(IReadOnlyList<ImageSource> images, IReadOnlyList<string> texts)
    {
        var found = images.DistinctBy(image => image.Key).ToDictionary(image => image.Key, StringComparer.Ordinal);
        var pending = new Queue<string>(texts.Concat(images.SelectMany(Texts)));
        while (pending.TryDequeue(out var text))
        {
            // Which one a variable means, only the build knows.
            var composed = Composed().IsMatch(text);
            foreach (var image in all.Where(image => (composed || text.Contains($"/{image.Name}", StringComparison.OrdinalIgnoreCase)) && found.TryAdd(image.Key, image)))
                foreach (var more in Texts(image))
                    pending.Enqueue(more);
        }
        return found.Values;
    }

    /// <summary>Where it may name the image that it is built on.</summary>
    private static IEnumerable<string> Texts(ImageSource image) => image switch
    {
        ImageSource.Dockerfile dockerfile => dockerfile.BuildArgs.Values.Append(File.Exists(dockerfile.File) ? File.ReadAllText(dockerfile.File) : ""),
        ImageSource.Template template => template.Use.Arguments.Select(argument => argument.Value),
        ImageSource.Document document => document.Texts,
        _ => [],
    };

    [GeneratedRegex(@"KO_DOCKER_REPO\}?/[^\s:@]*\$")]
    private static partial Regex Composed();
}
