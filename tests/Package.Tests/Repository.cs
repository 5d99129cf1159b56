using System.Xml.Linq;

namespace Package.Tests;

/// <summary>The repository that these tests were built in.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>Debug or Release: the one these tests were built in, and so the package's tasks.</summary>
    public static string Configuration { get; } = Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(AppContext.BaseDirectory)!)!);

    public static string At(string relative) => Path.Combine(Root, relative);

    /// <summary>The version of a package that these tests themselves use, and that is therefore on the machine.</summary>
    public static string VersionOf(string package) => XDocument.Load(At("Directory.Packages.props")).Descendants("PackageVersion")
        .Single(version => version.Attribute("Include")?.Value == package).Attribute("Version")!.Value;

    private static string Find(string folder)
    {
        while (!File.Exists(Path.Combine(folder, "Kontrakt.MSBuild.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("these tests run inside the repository");
        return folder;
    }
}
