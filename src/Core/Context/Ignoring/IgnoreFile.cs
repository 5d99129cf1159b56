using Kontrakt.Diagnostics;

namespace Kontrakt.Context.Ignoring;

/// <summary>Finds and reads the ignore file of a context: (Dockerfile).dockerignore beside the Dockerfile takes precedence over .dockerignore.</summary>
internal static class IgnoreFile
{
    private const string Name = ".dockerignore";

    /// <summary>Version control and what a build of a project makes again.</summary>
    private static readonly string[] OfProjects = ["**/.git", "**/bin", "**/obj"];

    /// <param name="root">The context folder.</param>
    /// <param name="dockerfile">A full path; null for the one named Dockerfile.</param>
    /// <param name="leaveOutBuilds">Whether .git, bin and obj stay out, unless the file takes them back in; null: where the folder holds a project or solution.</param>
    /// <exception cref="KontraktException">Every line that is not a pattern.</exception>
    public static IgnoreRules Read(string root, string? dockerfile, bool? leaveOutBuilds)
    {
        dockerfile ??= Path.Combine(root, "Dockerfile");
        string[] candidates = [dockerfile + Name, Path.Combine(root, Name)];
        var file = candidates.FirstOrDefault(File.Exists);
        var patterns = new List<IgnorePattern>();
        if (leaveOutBuilds ?? HoldsProject(root))
            patterns.AddRange(OfProjects.Select(IgnorePattern.Parse));
        if (file is not null)
            patterns.AddRange(Lines(file));
        // The builder needs these whatever the file says; COPY in it still leaves them out.
        if (patterns.Count > 0)
            patterns.AddRange(new[] { file, dockerfile }.Select(path => Inside(root, path)).OfType<string>().Select(path => new IgnorePattern(path, TakesBackIn: true)));
        return new(patterns);
    }

    private static List<IgnorePattern> Lines(string file)
    {
        var (patterns, problems) = (new List<IgnorePattern>(), new List<Diagnostic>());
        var lines = ContextProblems.Guard(file, () => File.ReadAllLines(file));
        for (var number = 0; number < lines.Length; number++)
        {
            var line = lines[number];
            if (line.StartsWith('#') || string.IsNullOrWhiteSpace(line))
                continue;
            try
            {
                patterns.Add(IgnorePattern.Parse(line));
            }
            catch (FormatException wrong)
            {
                problems.Add(Ktr.IgnorePatternInvalid.At(new(file, number + 1, 1), line.Trim(), wrong.Message));
            }
        }
        KontraktException.ThrowIfAny(problems);
        return patterns;
    }

    private static string? Inside(string root, string? file)
    {
        if (file is null)
            return null;
        var path = Path.GetRelativePath(root, file).Replace(Path.DirectorySeparatorChar, '/');
        return path.StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(path) ? null : path;
    }

    private static bool HoldsProject(string root) => ContextProblems.Guard(root, () =>
        Directory.EnumerateFiles(root).Any(file => Path.GetExtension(file) is ".sln" or ".slnx" || (Path.GetExtension(file).EndsWith("proj", StringComparison.Ordinal) && Path.GetExtension(file).Length > 5)));
}
