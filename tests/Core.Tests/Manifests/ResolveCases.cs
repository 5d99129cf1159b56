using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Manifests;

namespace Kontrakt.Tests.Manifests;

/// <summary>cases/resolve/(name): input.yaml becomes expected.yaml byte for byte, or the errors in expected.txt; values.json where the values are others.</summary>
[TestClass]
public sealed class ResolveCases
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "cases", "resolve");

    public static IEnumerable<object[]> Cases => Directory.GetDirectories(Folder).Select(folder => new object[] { Path.GetFileName(folder) });

    [TestMethod, Timeout(60_000)]
    [DynamicData(nameof(Cases))]
    public async Task BecomeWhatIsExpected(string name)
    {
        using var output = new TempFolder();
        var (input, values) = Load(name);

        var actual = await ResolveAsync(input, output.Path, values);

        var expected = Path.Combine(Folder, name, "expected.yaml");
        if (File.Exists(expected))
            Assert.AreEqual(Convert.ToHexString(File.ReadAllBytes(expected)), Convert.ToHexString(File.ReadAllBytes(actual)), File.ReadAllText(actual));
        else
            Assert.AreEqual(File.ReadAllText(Path.ChangeExtension(expected, ".txt")), actual);
    }

    /// <summary>Reading the result gives what replacing in the values that were read would give.</summary>
    [TestMethod, Timeout(60_000)]
    [DynamicData(nameof(Cases))]
    public async Task ReadAsTheirValuesReplaced(string name)
    {
        using var output = new TempFolder();
        var (input, values) = Load(name);

        var actual = await ResolveAsync(input, output.Path, values);

        if (!File.Exists(actual))
            return;
        var expected = YamlFile.Load(input).Documents.Select(document => Replace(document.ToJson(), "", values)).ToArray();
        var read = YamlFile.Load(actual).Documents.Select(document => document.ToJson()).ToArray();
        Assert.IsTrue(JsonNode.DeepEquals(new JsonArray(expected), new JsonArray(read)), $"{new JsonArray([.. expected.Select(each => each?.DeepClone())])}\n{new JsonArray([.. read.Select(each => each?.DeepClone())])}");
    }

    private static (string Input, ResolveValues Values) Load(string name)
    {
        var file = Path.Combine(Folder, name, "values.json");
        var json = File.Exists(file) ? JsonNode.Parse(File.ReadAllText(file))!.AsObject() : [];
        return (Path.Combine(Folder, name, "input.yaml"), new(
            json.ContainsKey("sourceReference") ? (string?)json["sourceReference"] : "abc123",
            json.ContainsKey("repository") ? (string?)json["repository"] : "localhost:5000/demo/", Image));
    }

    private static string? Image(ImageUse use, string text) => text switch
    {
        "./missing" => throw Ktr.ImagePathMissing.Error(use.Location, text, "x", ""),
        _ when text.StartsWith('.') || text.StartsWith("dotnet://", StringComparison.Ordinal) => $"localhost:5000/demo/{text.Split('/')[^1]}:abc123@sha256:{new string('0', 64)}",
        _ => null,
    };

    /// <summary>The path of the result, or the errors as text.</summary>
    private static async Task<string> ResolveAsync(string input, string output, ResolveValues values)
    {
        try
        {
            var file = ManifestFile.Load(input, input);
            var resolved = ManifestResolver.Resolve(file, Uses(file), values) with { Path = Path.Combine(output, "resolved.yaml") };
            await resolved.WriteAsync(CancellationToken.None);
            AssertIsReadAs(resolved);
            return resolved.Path;
        }
        catch (KontraktException error)
        {
            Assert.IsTrue(error.Diagnostics.All(diagnostic => diagnostic.Location!.File == input), error.Message);
            return string.Concat(error.Diagnostics.Select(diagnostic => $"({diagnostic.Location!.Line},{diagnostic.Location.Column}) {diagnostic.Code}\n"));
        }
    }

    private static IReadOnlyList<ImageUse> Uses(ManifestFile file) => ImageUses.Collect(file.Path, Path.GetDirectoryName(file.Path)!, file.Yaml.Documents, new HashSet<YamlNode>(), new("/"));

    /// <summary>The tree that goes on to the cluster is the one that the text has.</summary>
    private static void AssertIsReadAs(ManifestFile resolved)
    {
        var read = ManifestFile.Load(resolved.Path, resolved.Yaml.Path).Yaml;

        Assert.IsTrue(JsonNode.DeepEquals(Json(read), Json(resolved.Yaml)), $"{Json(read)}\n{Json(resolved.Yaml)}");
        CollectionAssert.AreEqual(read.Scalars.Select(scalar => scalar.Value).ToArray(), resolved.Yaml.Scalars.Select(scalar => scalar.Value).ToArray());
    }

    private static JsonArray Json(YamlFile file) => new([.. file.Documents.Select(document => document.ToJson())]);

    private static JsonNode? Replace(JsonNode? node, string key, ResolveValues values) => node switch
    {
        JsonObject map => new JsonObject(map.Select(pair => KeyValuePair.Create(Tokens(pair.Key, values), Replace(pair.Value, pair.Key, values)))),
        JsonArray list => new JsonArray([.. list.Select(item => Replace(item, "", values))]),
        JsonValue value when value.TryGetValue<string>(out var text) => Text(Tokens(text, values), key, values),
        _ => node?.DeepClone(),
    };

    private static string Text(string text, string key, ResolveValues values) =>
        key == "image" || text.StartsWith("dotnet://", StringComparison.Ordinal) ? values.Image(null!, text.Trim()) ?? text : text;

    private static string Tokens(string text, ResolveValues values) => text
        .Replace("${KO_DOCKER_REPO}", values.Repository!.TrimEnd('/'), StringComparison.Ordinal)
        .Replace("${kontrakt.sourceReference}", values.SourceReference, StringComparison.Ordinal);
}
