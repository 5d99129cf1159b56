using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Schema;

namespace Kontrakt.Settings;

/// <summary>The properties of a build that Kontrakt reads. MSBuild is silent about one that nobody reads.</summary>
public static class PropertyNames
{
    private const string Prefix = "Kontrakt";

    /// <summary>Those that are not settings: the head of Kontrakt.MSBuild.props describes them.</summary>
    public static IReadOnlyList<string> OfBuilds { get; } =
    [
        "KontraktRequired", "KontraktOnBuild", "KontraktOnTest", "KontraktRun", "KontraktImageReplaceWrite", "KontraktReferenceImages", "KontraktContextTag",
        "KontraktContextDirectory", "KontraktContextDockerfile", "KontraktContextSquash", "KontraktTasksAssembly", "KontraktTestProgram", "KontraktTestRunFile",
    ];

    /// <summary>Those that Kontrakt itself gives to the projects of images: Kontrakt.Container.targets.</summary>
    private static readonly string[] OfImages =
        ["KontraktImageTasksAssembly", "KontraktImageRegistry", "KontraktImageRepository", "KontraktImageTag", "KontraktImageInsecureRegistries", "KontraktImageBase", "KontraktImageRuntimeIdentifier"];

    /// <summary>KTR1073 for each name that resembles one of them, and that nobody reads. Others that begin with Kontrakt may be the user's own.</summary>
    /// <param name="given">The names of properties that somebody has set by hand: the global ones.</param>
    public static IEnumerable<Diagnostic> Mistyped(IEnumerable<string> given)
    {
        var known = SettingsReader.Names.Concat(OfBuilds).Concat(OfImages).ToHashSet(StringComparer.OrdinalIgnoreCase);
        // Without the prefix that all share, or any two would resemble each other.
        var words = known.Where(HasPrefix).ToDictionary(name => name[Prefix.Length..], name => name);
        return from name in given
               where HasPrefix(name) && !known.Contains(name)
               // Closer than in other places: it is an error, and KontraktRepository may well be the user's own.
               let nearest = NearestName.Of(name[Prefix.Length..], words.Keys, Math.Clamp((name.Length - Prefix.Length) / 5, 1, 2))
               where nearest is not null
               select Ktr.PropertyUnknown.At(null, name, words[nearest]);
    }

    private static bool HasPrefix(string name) => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);
}
