using Kontrakt.Engine.Resources;
using Kontrakt.Tests;

namespace Engine.Tests.Api.Schema;

/// <summary>Every kind of the stable API is served, or docs/engine.md says that it is not, and clients that ask for it get its name.</summary>
[TestClass]
public sealed class KindsOfKubernetes
{
    /// <summary>
    /// Those of 1.35: numbers.table has every message of the stable groups of that version's repository "api", and a kind is what has a list.
    /// The last two are of the repositories apiextensions-apiserver and kube-aggregator, which the table is not made from.
    /// </summary>
    private static IReadOnlyList<(string Group, string Kind)> Stable { get; } =
        [.. ReadTable().Distinct(), ("apiextensions.k8s.io", "CustomResourceDefinition"), ("apiregistration.k8s.io", "APIService")];

    /// <summary>A client that sees the group writes its events there, and not to "v1", where they would be kept.</summary>
    private static readonly (string Group, string Kind) NotInDiscovery = ("events.k8s.io", "Event");

    [TestMethod]
    public void TheTableIsThatOfTheApi()
    {
        Assert.IsGreaterThan(50, Stable.Count);
        foreach (var kind in ((string, string)[])[("", "Pod"), ("apps", "Deployment"), ("resource.k8s.io", "ResourceClaim"), ("networking.k8s.io", "ServiceCIDR")])
            Assert.Contains(kind, Stable);
    }

    [TestMethod]
    public void EachIsServedOrRefusedByName()
    {
        var known = ServedKinds.Resources.Select(kind => (kind.Group, kind.Kind)).Concat(AbsentKinds.All.Select(absent => (absent.Kind.Group, absent.Kind.Kind))).ToHashSet();

        Assert.AreEqual("", string.Join('\n', Stable.Where(kind => !known.Contains(kind) && kind != NotInDiscovery)));
    }

    [TestMethod]
    public void EachIsInTheDocumentation()
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "engine.md"));
        var has = Words(lines.Single(line => line.StartsWith("Kinds: ", StringComparison.Ordinal)));
        var hasNot = Words(lines.Single(line => line.StartsWith("| no other kinds: ", StringComparison.Ordinal)));
        var served = ServedKinds.Resources.Select(kind => (kind.Group, kind.Kind)).ToHashSet();

        var wrong = Stable.Where(kind => served.Contains(kind) ? !has.Contains(kind.Kind) : !hasNot.Contains(kind == NotInDiscovery ? kind.Group : kind.Kind));

        Assert.AreEqual("", string.Join('\n', wrong));
    }

    private static HashSet<string> Words(string line) => [.. line.Split([' ', ',', '|', ';', ':', '(', ')', '`', '[', ']'], StringSplitOptions.RemoveEmptyEntries)];

    private static IEnumerable<(string Group, string Kind)> ReadTable()
    {
        using var table = new StreamReader(typeof(ServedKinds).Assembly.GetManifestResourceStream("numbers.table") ?? throw new InvalidOperationException("there is no numbers.table"));
        var group = "";
        var isApi = false;
        while (table.ReadLine() is { } line)
        {
            var words = line.Split(' ');
            if (words[0] == "package")
                (isApi, group) = (words[1].StartsWith("io.k8s.api.", StringComparison.Ordinal), Group(words[1].Split('.')[^2]));
            else if (isApi && words[0].Length > "List".Length && words[0].EndsWith("List", StringComparison.Ordinal) && words.Contains("metadata=1"))
                yield return (group, words[0][..^"List".Length]);
        }
    }

    private static string Group(string package) => package switch
    {
        "core" => "",
        "apps" or "autoscaling" or "batch" or "policy" => package,
        "rbac" => "rbac.authorization.k8s.io",
        "flowcontrol" => "flowcontrol.apiserver.k8s.io",
        _ => $"{package}.k8s.io",
    };
}
