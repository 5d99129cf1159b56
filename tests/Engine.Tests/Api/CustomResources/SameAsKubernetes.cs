using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Engine.Tests.Api.Protobuf;

namespace Engine.Tests.Api.CustomResources;

/// <summary>
/// The same definition and the same object, sent to the cluster of KONTRAKT_TEST_KUBECONFIG and to the engine, are accepted or refused in the same
/// words. That cluster may be older (1.20 is): what later versions word otherwise is made the same first.
/// </summary>
[TestClass]
public sealed partial class SameAsKubernetes
{
    /// <summary>Each schema, and an object for it.</summary>
    private static readonly (string Schema, string Value)[] Cases =
    [
        ("{type: object, properties: {size: {type: integer}}}", "{size: 1}"),
        ("{type: object, properties: {size: {type: integer}}}", "{size: 1.0}"),
        ("{type: object, properties: {size: {type: integer}}}", "{size: 1.5}"),
        ("{type: object, properties: {size: {type: integer}}}", "{size: one}"),
        ("{type: object, properties: {size: {type: integer}}}", "{size: {a: b}}"),
        ("{type: object, properties: {size: {type: number}}}", "{size: 1}"),
        ("{type: object, properties: {size: {type: number}}}", "{size: '1'}"),
        ("{type: object, properties: {size: {type: boolean}}}", "{size: 'true'}"),
        ("{type: object, properties: {size: {type: string}}}", "{size: 3}"),
        ("{type: object, properties: {size: {type: string}}}", "[]"),
        ("{type: object, properties: {size: {type: object}}}", "{size: [a]}"),
        ("{type: object, properties: {size: {type: object}}}", "{size: {pruned: 1}, pruned: 2}"),
        ("{type: object, x-kubernetes-preserve-unknown-fields: true, properties: {size: {type: object, properties: {a: {type: string}}}}}", "{size: {a: b, pruned: 1}, kept: {deep: [1]}}"),
        ("{x-kubernetes-preserve-unknown-fields: true}", "{kept: {deep: [1, {a: b}]}}"),
        ("{type: object, additionalProperties: {type: integer}}", "{a: 1, b: 2}"),
        ("{type: object, additionalProperties: {type: integer}}", "{a: 1, b: x}"),
        ("{type: object, additionalProperties: {type: object, properties: {x: {type: integer, default: 7}}}}", "{a: {z: 1}}"),
        ("{type: object, required: [a, b], properties: {a: {type: string}, b: {type: string}}}", "{}"),
        ("{type: object, required: [a], properties: {a: {type: string, default: x}}}", "{}"),
        ("{type: object, properties: {a: {type: object, default: {}, properties: {b: {type: integer, default: 3}}}}}", "{}"),
        ("{type: object, properties: {a: {type: object, properties: {b: {type: integer, default: 3}}}}}", "{}"),
        ("{type: object, properties: {a: {type: string, default: x}}}", "{a: null}"),
        ("{type: object, properties: {a: {type: string}}}", "{a: null}"),
        ("{type: object, properties: {a: {type: string, nullable: true, default: x}}}", "{a: null}"),
        ("{type: object, properties: {a: {type: array, items: {type: string}}}}", "{a: [null]}"),
        ("{type: object, properties: {a: {type: array, items: {type: string, nullable: true}}}}", "{a: [null]}"),
        ("{type: object, properties: {a: {type: string, enum: [red, green, blue]}}}", "{a: pink}"),
        ("{type: object, properties: {a: {type: integer, enum: [1, 2]}}}", "{a: 3}"),
        ("{type: object, properties: {a: {type: string, pattern: '^[a-z]+$'}}}", "{a: A1}"),
        ("{type: object, properties: {a: {type: string, minLength: 2}}}", "{a: ü}"),
        ("{type: object, properties: {a: {type: string, maxLength: 2}}}", "{a: abc}"),
        ("{type: object, properties: {a: {type: string, maxLength: 2}}}", "{a: üü}"),
        ("{type: object, properties: {a: {type: integer, minimum: 1}}}", "{a: 0}"),
        ("{type: object, properties: {a: {type: integer, minimum: 1, exclusiveMinimum: true}}}", "{a: 1}"),
        ("{type: object, properties: {a: {type: number, maximum: 1.5}}}", "{a: 1.6}"),
        ("{type: object, properties: {a: {type: number, maximum: 1.5, exclusiveMaximum: true}}}", "{a: 1.5}"),
        ("{type: object, properties: {a: {type: integer, multipleOf: 3}}}", "{a: 10}"),
        ("{type: object, properties: {a: {type: array, minItems: 1, maxItems: 2, items: {type: integer}}}}", "{a: []}"),
        ("{type: object, properties: {a: {type: array, minItems: 1, maxItems: 2, items: {type: integer}}}}", "{a: [1, 2, 3]}"),
        ("{type: object, properties: {a: {type: object, minProperties: 2, additionalProperties: {type: string}}}}", "{a: {x: z}}"),
        ("{type: object, properties: {a: {type: object, maxProperties: 1, additionalProperties: {type: string}}}}", "{a: {x: w, z: w}}"),
        ("{type: object, properties: {a: {type: array, x-kubernetes-list-type: set, items: {type: string}}}}", "{a: [x, z, x]}"),
        ("{type: object, properties: {a: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [id], items: {type: object, required: [id], properties: {id: {type: string}, v: {type: integer}}}}}}", "{a: [{id: x, v: 1}, {id: x, v: 2}]}"),
        ("{type: object, properties: {a: {type: array, items: {type: object, properties: {b: {type: array, items: {type: integer}}}}}}}", "{a: [{b: [1]}, {b: [1, x]}]}"),
        ("{type: object, properties: {a: {x-kubernetes-int-or-string: true}}}", "{a: 80%}"),
        ("{type: object, properties: {a: {x-kubernetes-int-or-string: true}}}", "{a: 80}"),
        ("{type: object, properties: {a: {x-kubernetes-int-or-string: true}}}", "{a: true}"),
        ("{type: object, properties: {a: {x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}], pattern: '^[0-9]+%?$'}}}", "{a: x}"),
        ("{type: object, properties: {a: {type: string}, b: {type: string}}, oneOf: [{required: [a]}, {required: [b]}]}", "{}"),
        ("{type: object, properties: {a: {type: string}, b: {type: string}}, oneOf: [{required: [a]}, {required: [b]}]}", "{a: x, b: z}"),
        ("{type: object, properties: {a: {type: string}, b: {type: string}}, anyOf: [{required: [a]}, {required: [b]}]}", "{}"),
        ("{type: object, properties: {a: {type: string}, b: {type: string}}, not: {required: [a, b]}}", "{a: x, b: z}"),
        ("{type: object, properties: {a: {type: integer, allOf: [{minimum: 1}, {maximum: 5}]}}}", "{a: 6}"),
        ("{type: object, properties: {a: {type: string, format: date-time}}}", "{a: 2026-01-01}"),
        ("{type: object, properties: {a: {type: string, format: date-time}}}", "{a: '2026-01-01T00:00:00.5+01:00'}"),
        ("{type: object, properties: {a: {type: string, format: date}}}", "{a: '2026-13-01'}"),
        ("{type: object, properties: {a: {type: string, format: byte}}}", "{a: '***'}"),
        ("{type: object, properties: {a: {type: string, format: ipv4}}}", "{a: 300.1.1.1}"),
        ("{type: object, properties: {a: {type: string, format: ipv6}}}", "{a: 10.0.0.1}"),
        ("{type: object, properties: {a: {type: string, format: cidr}}}", "{a: 10.0.0.0/33}"),
        ("{type: object, properties: {a: {type: string, format: uuid}}}", "{a: x}"),
        ("{type: object, properties: {a: {type: string, format: email}}}", "{a: x}"),
        ("{type: object, properties: {a: {type: string, format: uri}}}", "{a: 'https://example.com/x'}"),
        ("{type: object, properties: {a: {type: string, format: hostname}}}", "{a: 'a_b'}"),
        ("{type: object, properties: {a: {type: string, format: duration}}}", "{a: soon}"),
        ("{type: object, properties: {a: {type: string, format: whatever}}}", "{a: x}"),
        ("{type: object, properties: {a: {type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}}}", "{a: {apiVersion: v1, kind: Pod, metadata: {name: x, labels: {a: b}}, spec: {x: 1}}}"),
        ("{type: object, properties: {a: {type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}}}", "{a: {spec: {x: 1}}}"),
        ("{type: object, properties: {a: {type: object, x-kubernetes-embedded-resource: true, properties: {spec: {type: object}}}}}", "{a: {apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {x: 1}, z: 2}}"),
    ];

    private static readonly string Group = $"same-{Guid.NewGuid().ToString("N")[..8]}.example.com";
    private static readonly Lazy<Task> Defined = new(DefineAsync);

    public static IEnumerable<object[]> EveryCase => Cases.Select((each, index) => new object[] { index, each.Schema, each.Value });

    [TestMethod]
    [Timeout(120_000)]
    [DynamicData(nameof(EveryCase))]
    public async Task AnObjectIsTakenTheSameWay(int index, string schema, string value)
    {
        using var cluster = RawCluster.Connect();
        await Defined.Value;
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync(All());
        var body = Definition.Widget($"{{c{index}: {value}}}", $"a{index}", group: Group);

        var theirs = await cluster.AnswerAsync(HttpMethod.Post, Definition.Widgets(group: Group, space: "default"), body);
        var ours = await host.PostAsync(Definition.Widgets(group: Group), body);

        AssertSame(theirs, ours);
    }

    [ClassCleanup]
    public static async Task RemoveAsync()
    {
        if (!Defined.IsValueCreated)
            return;
        using var cluster = RawCluster.Connect();
        await cluster.AnswerAsync(HttpMethod.Delete, $"{Definition.Path}/widgets.{Group}", null);
    }

    /// <summary>One definition with all schemas: a real API server takes seconds for each.</summary>
    private static JsonObject All() =>
        Definition.Of($"{{type: object, properties: {{{string.Join(", ", Cases.Select((each, index) => $"c{index}: {each.Schema}"))}}}}}", group: Group);

    private static async Task DefineAsync()
    {
        using var cluster = RawCluster.Connect();
        var made = await cluster.AnswerAsync(HttpMethod.Post, Definition.Path, All().ToJsonString());
        Assert.AreEqual(201, made.Code, made.Text);
        // A kind is served some time after its definition says so.
        while ((await cluster.AnswerAsync(HttpMethod.Get, Definition.Widgets(group: Group, space: "default"), null)).Code != 200)
            await Task.Yield();
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("metadata.name", "\"other.example.com\"")]
    [DataRow("spec.group", "\"example\"")]
    [DataRow("spec.scope", "\"Galaxy\"")]
    [DataRow("spec.scope", null)]
    [DataRow("spec.names.kind", "\"1Widget\"")]
    [DataRow("spec.names.kind", null)]
    [DataRow("spec.names.listKind", "\"Widget\"")]
    [DataRow("spec.names.shortNames", "[\"A_b\"]")]
    [DataRow("spec.names.plural", "\"Widgets\"")]
    [DataRow("spec.versions.0.name", "\"1\"")]
    [DataRow("spec.versions.0.schema", null)]
    [DataRow("spec.versions.0.schema.openAPIV3Schema.type", null)]
    [DataRow("spec.versions.0.schema.openAPIV3Schema.type", "\"string\"")]
    [DataRow("spec.versions.0.schema.openAPIV3Schema.properties.spec.type", null)]
    [DataRow("spec.versions.0.schema.openAPIV3Schema.properties.spec.type", "\"text\"")]
    [DataRow("spec.versions.0.schema.openAPIV3Schema.properties.spec.additionalProperties", "{\"type\":\"string\"}")]
    [DataRow("spec.versions.0.schema.openAPIV3Schema.properties.spec.properties.a", "{\"type\":\"array\"}")]
    [DataRow("spec.versions.0.schema.openAPIV3Schema.properties.spec.properties.a", "{\"type\":\"array\",\"items\":{}}")]
    [DataRow("spec.versions.0.schema.openAPIV3Schema.properties.spec.properties.a", "{\"type\":\"array\",\"uniqueItems\":true,\"items\":{\"type\":\"string\"}}")]
    [DataRow("spec.versions.0.schema.openAPIV3Schema.properties.spec.properties.a", "{\"type\":\"string\",\"pattern\":\"[\"}")]
    [DataRow("spec.versions.0.schema.openAPIV3Schema.properties.spec.properties.a", "{\"type\":\"integer\",\"default\":\"x\"}")]
    [DataRow("spec.versions.0.schema.openAPIV3Schema.properties.spec.properties.a", "{\"type\":\"string\",\"x-kubernetes-list-type\":\"set\"}")]
    [DataRow("spec.versions.0.schema.openAPIV3Schema.properties.spec.properties.a", "{\"type\":\"array\",\"x-kubernetes-list-type\":\"map\",\"items\":{\"type\":\"object\"}}")]
    [DataRow("spec.versions.0.schema.openAPIV3Schema.properties.spec.properties.a", "{\"type\":\"array\",\"x-kubernetes-list-type\":\"map\",\"x-kubernetes-list-map-keys\":[\"n\"],\"items\":{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"string\"}}}}")]
    [DataRow("spec.versions.0.schema.openAPIV3Schema.properties.spec.properties.a", "{\"type\":\"string\",\"anyOf\":[{\"type\":\"string\"}]}")]
    [DataRow("spec.versions.0.schema.openAPIV3Schema.properties.spec.properties.a", "{\"type\":\"object\",\"not\":{\"nullable\":true}}")]
    [DataRow("spec.versions.0.schema.openAPIV3Schema.properties.spec.properties.a", "{\"type\":\"string\",\"x-kubernetes-embedded-resource\":true,\"x-kubernetes-preserve-unknown-fields\":true}")]
    [DataRow("spec.versions.0.schema.openAPIV3Schema.properties.spec.properties.a", "{\"type\":\"object\",\"x-kubernetes-embedded-resource\":true}")]
    [DataRow("spec.versions.0.schema.openAPIV3Schema.properties.spec.properties.a", "{\"x-kubernetes-int-or-string\":true,\"x-kubernetes-preserve-unknown-fields\":true}")]
    [DataRow("spec.versions.0.schema.openAPIV3Schema.properties.spec.properties.a", "{\"type\":\"object\",\"x-kubernetes-preserve-unknown-fields\":false}")]
    [DataRow("spec.versions.0.schema.openAPIV3Schema.properties.metadata", "{\"type\":\"object\",\"properties\":{\"labels\":{\"type\":\"object\"}}}")]
    [DataRow("spec.versions.0.additionalPrinterColumns", "[{\"name\":\"A\",\"type\":\"word\",\"jsonPath\":\".spec.a\"}]")]
    [DataRow("spec.versions.0.subresources", "{\"scale\":{\"specReplicasPath\":\".replicas\",\"statusReplicasPath\":\".status.replicas\"}}")]
    [DataRow("spec.conversion", "{\"strategy\":\"Magic\"}")]
    [DataRow("spec.preserveUnknownFields", "true")]
    public async Task AWrongDefinitionIsRefusedTheSameWay(string place, string? value)
    {
        using var cluster = RawCluster.Connect();
        await using var host = await ApiHost.StartAsync();
        var definition = Definition.Of("{type: object, properties: {a: {type: string}}}");
        Put(definition, place.Split('.'), value);

        var theirs = await cluster.AnswerAsync(HttpMethod.Post, Definition.Path + "?dryRun=All", definition.ToJsonString());
        var ours = await host.PostAsync(Definition.Path, definition.ToJsonString());

        Assert.AreEqual(422, theirs.Code, theirs.Text);
        AssertSame(theirs, ours);
    }

    private static void Put(JsonNode item, string[] path, string? value)
    {
        foreach (var step in path[..^1])
            item = (int.TryParse(step, out var index) ? item[index] : item[step])!;
        if (value is null)
            item.AsObject().Remove(path[^1]);
        else
            item[path[^1]] = JsonNode.Parse(value);
    }

    /// <summary>The same is stored; or all that the engine finds wrong, the cluster does, too.</summary>
    private static void AssertSame(ApiAnswer theirs, ApiAnswer ours)
    {
        Assert.AreEqual(theirs.Code, ours.Code, $"{theirs.Text}\n{ours.Text}");
        if (theirs.Code is 200 or 201)
        {
            Assert.AreEqual(RoundTrips.Sorted(theirs.Json["spec"]), RoundTrips.Sorted(ours.Json["spec"]));
            return;
        }
        var (known, found) = (Faults(theirs), Faults(ours));
        Assert.AreNotEqual(0, found.Count, ours.Text);
        Assert.AreEqual("", string.Join('\n', found.Except(known)), theirs.Text);
    }

    private static List<string> Faults(ApiAnswer answer) => [.. (answer.Json["details"]?["causes"] as JsonArray ?? []).Select(cause => Plain($"{cause!["field"]}: {cause["message"]}"))];

    /// <summary>
    /// In the words of 1.20: later versions know the indexes of lists, and word limits otherwise. The engine says at which place a schema's logic is
    /// broken, which Kubernetes does not; and an expression's fault in its own words.
    /// </summary>
    private static string Plain(string text)
    {
        text = text.Replace("spec.validation.openAPIV3Schema", "spec.versions[0].schema.openAPIV3Schema", StringComparison.Ordinal);
        text = text.Replace("x-preserve-unknown", "x-kubernetes-preserve-unknown", StringComparison.Ordinal);
        foreach (var moved in new[] { "additionalPrinterColumns", "subresources" })
            text = text.Replace($"spec.{moved}", $"spec.versions[0].{moved}", StringComparison.Ordinal);
        text = Default().Replace(text, "$1 in body");
        text = Index().Replace(text, "$1");
        text = Logic().Replace(text, "$1");
        text = Limit().Replace(text, "too many or too long: $1");
        text = Fewest().Replace(text, "$1");
        return Expression().Replace(text, "$1");
    }

    [GeneratedRegex(@"(?<=spec\.c\d.*)(\.?\w*)\[\d+\](?!: Duplicate)")]
    private static partial Regex Index();

    [GeneratedRegex("""^.*: Invalid value: ".*": ("\S+" must (?:not )?validate .*)$""")]
    private static partial Regex Logic();

    [GeneratedRegex(@".*(?:Too long: may not be more than|Too many: \d+: must have at most|in body should be at most|in body should have at most) (\d+) .*")]
    private static partial Regex Limit();

    [GeneratedRegex(@"(\.default: Invalid value: \S+) \S* in body")]
    private static partial Regex Default();

    [GeneratedRegex(@".*(should have at least \d+ properties)")]
    private static partial Regex Fewest();

    [GeneratedRegex(@"(must be a valid regular expression, but isn't): .*")]
    private static partial Regex Expression();
}
