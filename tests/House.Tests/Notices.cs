using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace House.Tests;

/// <summary>THIRD-PARTY-NOTICES.txt names every package whose assemblies Kontrakt's packages carry, in its version, and no other.</summary>
[TestClass]
public sealed partial class Notices
{
    /// <summary>The projects whose output is packed. That of the tasks is without what they only compile against.</summary>
    private static readonly string[] Packed = ["Tool", "Tasks", "Testing"];

    [TestMethod]
    public void NameWhatIsRedistributed()
    {
        var carried = Packed.SelectMany(Carried).Distinct().Order(StringComparer.Ordinal).ToArray();

        var named = Named().Matches(File.ReadAllText(Path.Combine(Repository.Root, "THIRD-PARTY-NOTICES.txt"))).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal).ToArray();

        Assert.Contains(package => package.StartsWith("YamlDotNet ", StringComparison.Ordinal), carried);
        CollectionAssert.AreEqual(carried, named, $"carried: {string.Join(", ", carried)}; named: {string.Join(", ", named)}");
    }

    /// <summary>Name and version of each package that a project's output holds, with those that they bring.</summary>
    private static IEnumerable<string> Carried(string project)
    {
        var folder = Path.Combine(Repository.Root, "src", project);
        var compiledAgainst = XDocument.Load(Path.Combine(folder, $"Kontrakt.{project}.csproj")).Descendants("PackageReference")
            .Where(reference => reference.Attribute("ExcludeAssets")?.Value == "runtime").Select(reference => reference.Attribute("Include")?.Value).ToHashSet();
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "packages.lock.json")));
        return [.. json.RootElement.GetProperty("dependencies").EnumerateObject().SelectMany(framework => Carried(framework.Value, compiledAgainst))];
    }

    private static IEnumerable<string> Carried(JsonElement framework, HashSet<string?> compiledAgainst)
    {
        var packages = framework.EnumerateObject().ToDictionary(package => package.Name, package => package.Value, StringComparer.OrdinalIgnoreCase);
        var reached = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        // What is only compiled against brings the same of what it needs.
        var next = new Queue<string>(packages.Where(package => package.Value.GetProperty("type").GetString() is "Direct" or "Project" && !compiledAgainst.Contains(package.Key)).Select(package => package.Key));
        while (next.TryDequeue(out var name))
            if (reached.Add(name) && packages[name].TryGetProperty("dependencies", out var dependencies))
                foreach (var dependency in dependencies.EnumerateObject())
                    next.Enqueue(dependency.Name);
        return [.. from package in packages
                   where reached.Contains(package.Key) && package.Value.GetProperty("type").GetString() != "Project"
                   select $"{package.Key} {package.Value.GetProperty("resolved").GetString()}"];
    }

    [GeneratedRegex("^Package: (.+)$", RegexOptions.Multiline)]
    private static partial Regex Named();
}
