using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace House.Tests;

/// <summary>docs/design.md, "The house": who may use whom. A reference or a using line upward or sideways fails here.</summary>
[TestClass]
public sealed class Floors
{
    private static readonly Dictionary<string, string[]> Projects = new()
    {
        ["Oci"] = [],
        ["Kubernetes"] = [],
        ["Extractor"] = [],
        ["Core"] = ["Oci", "Kubernetes", "Extractor"],
        ["Engine"] = ["Oci", "Kubernetes"],
        ["Tasks"] = ["Core"],
        ["Tool"] = ["Core", "Engine"],
        ["Testing"] = ["Core"],
        ["Sdk"] = ["Tasks", "Tool", "Testing"],
        ["Templates"] = [],
    };

    private static readonly Dictionary<string, string[]> Packages = new()
    {
        ["Oci"] = [],
        ["Kubernetes"] = ["KubernetesClient", "YamlDotNet"],
        ["Extractor"] = [],
        ["Core"] = [],
        ["Engine"] = ["Cronos"],
        ["Tool"] = ["System.CommandLine", "Spectre.Console", "Microsoft.Build.Locator", "Microsoft.Build"],
        ["Testing"] = ["Microsoft.Testing.Platform"],
    };

    /// <summary>Each folder of Core uses only those before it.</summary>
    private static readonly string[] CoreFolders = ["Diagnostics", "Settings", "Git", "Manifests", "Clusters", "Context", "Images", "Runs", "Doctor", "Reports", "Pipelines"];

    /// <summary>The same for the engine.</summary>
    private static readonly string[] EngineFolders = ["Store", "Schema", "Identity", "Registry", "Pods", "Resources", "Api", "Hosting"];

    [TestMethod]
    public void EveryProjectOfSrcHasAFloor()
    {
        var found = Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(Path.GetFileName);

        CollectionAssert.AreEquivalent(Projects.Keys, found.ToArray());
    }

    [TestMethod]
    public void ProjectsReferenceOnlyFloorsBelow()
    {
        var upward = from project in ProjectFiles()
                     from reference in project.Xml.Descendants("ProjectReference")
                         // Built before and carried along, as the tool carries the tasks; nothing of it can be used.
                     where !(project.Floor == "Tool" && reference.Attribute("ReferenceOutputAssembly")?.Value == "false")
                     let target = Path.GetFileName(Path.GetDirectoryName(reference.Attribute("Include")?.Value.Replace('\\', '/')))
                     where !Projects[project.Floor].Contains(target)
                     select $"{project.Floor} references {target}";

        Assert.AreEqual("", string.Join('\n', upward));
    }

    [TestMethod]
    public void ProjectsReferenceOnlyThePackagesOfTheirField()
    {
        var foreign = from project in ProjectFiles()
                      where Packages.ContainsKey(project.Floor)
                      from reference in project.Xml.Descendants("PackageReference")
                      let package = reference.Attribute("Include")?.Value
                      where !Packages[project.Floor].Contains(package)
                      select $"{project.Floor} references {package}";

        Assert.AreEqual("", string.Join('\n', foreign));
    }

    /// <summary>It goes into images by itself: what uses it would want it beside itself.</summary>
    [TestMethod]
    public void TheExtractorIsCarriedAndNotUsed()
    {
        var used = from project in ProjectFiles()
                   from reference in project.Xml.Descendants("ProjectReference")
                   where reference.Attribute("Include")?.Value.Contains("Extractor", StringComparison.Ordinal) == true
                       && reference.Attribute("ReferenceOutputAssembly")?.Value != "false"
                   select project.Floor;

        Assert.AreEqual("", string.Join('\n', used));
    }

    [TestMethod]
    public void FoldersUseOnlyThoseBeforeThem()
    {
        var upward = Upward("Core", "Kontrakt", CoreFolders).Concat(Upward("Engine", "Kontrakt.Engine", EngineFolders));

        Assert.AreEqual("", string.Join('\n', upward.Distinct()));
    }

    [TestMethod]
    [DataRow("Core")]
    [DataRow("Engine")]
    public void ThereAreNoOtherFolders(string floor)
    {
        var unknown = Directory.GetDirectories(Path.Combine(Repository.Root, "src", floor)).Select(Path.GetFileName)
            .Except([.. floor == "Core" ? CoreFolders : EngineFolders, "bin", "obj"]);

        Assert.AreEqual("", string.Join('\n', unknown));
    }

    private static IEnumerable<string> Upward(string floor, string root, string[] folders) =>
        from place in Enumerable.Range(0, folders.Length)
        let folder = Path.Combine(Repository.Root, "src", floor, folders[place])
        where Directory.Exists(folder)
        from file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        from name in NamesUsed(file, root)
        where Array.IndexOf(folders, name) > place
        select $"{Path.GetRelativePath(Repository.Root, file)} uses {root}.{name}";

    private static IEnumerable<(string Floor, XDocument Xml)> ProjectFiles() =>
        from floor in Projects.Keys
        from file in Directory.GetFiles(Path.Combine(Repository.Root, "src", floor), "*.csproj")
        select (floor, XDocument.Load(file));

    private static IEnumerable<string> NamesUsed(string file, string root) =>
        Regex.Matches(File.ReadAllText(file), $@"\b{Regex.Escape(root)}\.(\w+)").Select(match => match.Groups[1].Value);
}
