using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Cel;

namespace Kontrakt.Engine.Resources;

/// <summary>A schema in a definition is structural: what every value is, is known without a look at any value.</summary>
internal static class StructuralRules
{
    private static readonly string[] Types = ["array", "boolean", "integer", "number", "object", "string"];
    private static readonly string[] Unsupported = ["$ref", "$schema", "id", "additionalItems", "definitions", "dependencies", "patternProperties"];
    /// <summary>What parts of logic (allOf, …) may not say, since the schema around them does.</summary>
    private static readonly string[] Structure =
    [
        "type", "additionalProperties", "default", "title", "description", "nullable", "x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource", "x-kubernetes-int-or-string",
        "x-kubernetes-list-type", "x-kubernetes-list-map-keys", "x-kubernetes-map-type",
    ];

    private enum Level { Root, Field, Item }

    public static void Check(JsonObject schema, Place place, Faults faults) => Check(new StructuralSchema(schema), Level.Root, place, faults);

    private static void Check(StructuralSchema schema, Level level, Place place, Faults faults)
    {
        CheckType(schema, level, place, faults);
        CheckWords(schema.Source, place, faults);
        CheckExtensions(schema, place, faults);
        CheckLists(schema, place, faults);
        CheckDefault(schema, place, faults);
        if (schema.Properties.TryGetValue("metadata", out var metadata) && (level == Level.Root || schema.IsEmbedded))
            CheckMetadata(metadata, place.Field("properties").Key("metadata"), faults);
        foreach (var (name, below) in schema.Properties)
            if (!(name == "metadata" && (level == Level.Root || schema.IsEmbedded)))
                Check(below, Level.Field, place.Field("properties").Key(name), faults);
        if (schema.Source.Map("additionalProperties") is { } additional)
            Check(new(additional), Level.Field, place.Field("additionalProperties"), faults);
        if (schema.Items is { } items)
            Check(items, Level.Item, place.Field("items"), faults);
        CheckLogic(schema, schema, place, faults);
    }

    private static void CheckType(StructuralSchema schema, Level level, Place place, Faults faults)
    {
        var at = place.Field("type");
        if (schema.Type.Length == 0 && !schema.IsIntOrString && !schema.IsOpen)
            faults.Required(at, level switch { Level.Root => "must not be empty at the root", Level.Item => "must not be empty for specified array items", _ => "must not be empty for specified object fields" });
        else if (schema.Type.Length > 0 && !Types.Contains(schema.Type))
            faults.NotSupported(at, schema.Type, Types);
        else if (level == Level.Root && schema.Type != "object")
            faults.Invalid(at, schema.Type, "must be object at the root");
        else if (schema.IsEmbedded && schema.Type != "object")
            faults.Invalid(at, schema.Type, "must be object if x-kubernetes-embedded-resource is true");
        if (schema is { Type: "array", Items: null })
            faults.Required(place.Field("items"), "must be specified");
    }

    private static void CheckWords(JsonObject schema, Place place, Faults faults)
    {
        foreach (var word in Unsupported.Where(word => schema.Has(word)))
            faults.Forbidden(place.Field(word), $"{word} is not supported");
        if (schema.Flag("uniqueItems"))
            faults.Forbidden(place.Field("uniqueItems"), "uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
        if (schema.Has("additionalProperties") && schema.Map("additionalProperties") is null && !schema.Flag("additionalProperties"))
            faults.Forbidden(place.Field("additionalProperties"), "additionalProperties cannot be set to false");
        if (schema.Map("properties") is { Count: > 0 } && schema.Has("additionalProperties"))
            faults.Forbidden(place.Field("additionalProperties"), "additionalProperties and properties are mutual exclusive");
        if (schema.Text("pattern") is { Length: > 0 } pattern && CelPattern.Read(pattern) is { Regex: null } unread)
            faults.Invalid(place.Field("pattern"), pattern, $"must be a valid regular expression, but isn't: {unread.Problem}");
    }

    private static void CheckExtensions(StructuralSchema schema, Place place, Faults faults)
    {
        if (schema.Source.Has("x-kubernetes-preserve-unknown-fields") && !schema.IsOpen)
            faults.Invalid(place.Field("x-kubernetes-preserve-unknown-fields"), false, "must be true or undefined");
        if (schema.IsIntOrString && schema.IsOpen)
            faults.Invalid(place.Field("x-kubernetes-preserve-unknown-fields"), true, "must be false if x-kubernetes-int-or-string is true");
        if (schema.IsIntOrString && schema.IsEmbedded)
            faults.Invalid(place.Field("x-kubernetes-embedded-resource"), true, "must be false if x-kubernetes-int-or-string is true");
        if (schema.IsEmbedded && schema.Additional is not null)
            faults.Forbidden(place.Field("additionalProperties"), "must not be used if x-kubernetes-embedded-resource is set");
        if (schema is { IsEmbedded: true, IsOpen: false, Properties.Count: 0 })
            faults.Required(place.Field("properties"), "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields");
        foreach (var (rule, at) in schema.Source.Indexed("x-kubernetes-validations", place))
            if (rule.Text("rule").Trim().Length == 0)
                faults.Required(at.Field("rule"), "rule is not specified");
    }

    private static void CheckLists(StructuralSchema schema, Place place, Faults faults)
    {
        if (schema.Source.Text("x-kubernetes-map-type") is { Length: > 0 } map && map is not ("atomic" or "granular"))
            faults.NotSupported(place.Field("x-kubernetes-map-type"), map, ["atomic", "granular"]);
        var at = place.Field("x-kubernetes-list-type");
        if (schema.ListType.Length > 0 && schema.Type != "array")
            faults.Invalid(place.Field("type"), schema.Type, "must be array if x-kubernetes-list-type is specified");
        if (schema.ListType is not ("" or "atomic" or "set" or "map"))
            faults.NotSupported(at, schema.ListType, ["atomic", "map", "set"]);
        var keys = place.Field("x-kubernetes-list-map-keys");
        if (schema.ListType != "map")
        {
            if (schema.ListKeys.Count > 0)
                faults.Invalid(at, schema.ListType, "must be map if x-kubernetes-list-map-keys is non-empty");
            return;
        }
        if (schema.ListKeys.Count == 0)
            faults.Required(keys, "must not be empty if x-kubernetes-list-type is map");
        for (var i = 0; i < schema.ListKeys.Count; i++)
            if (schema.Items?.Properties.GetValueOrDefault(schema.ListKeys[i]) is not { } key)
                faults.Invalid(keys.At(i), schema.ListKeys[i], "entries must all be names of item properties");
            else if (!key.HasDefault && !schema.Items.Required.Contains(schema.ListKeys[i]))
                faults.Required(place.Field("items").Field("properties").Key(schema.ListKeys[i]).Field("default"), "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property");
    }

    private static void CheckDefault(StructuralSchema schema, Place place, Faults faults)
    {
        if (!schema.HasDefault)
            return;
        var filled = schema.Source["default"]?.DeepClone();
        SchemaDefaults.Fill(filled, schema);
        ValueChecks.Check(filled, schema, place.Field("default"), faults);
    }

    private static void CheckMetadata(StructuralSchema metadata, Place place, Faults faults)
    {
        if (metadata.Type != "object")
            faults.Invalid(place.Field("type"), metadata.Type, "must be object");
        if (metadata.Properties.Keys.Any(name => name is not ("name" or "generateName")))
            faults.Forbidden(place, "must not specify anything other than name and generateName, but metadata is implicitly specified");
    }

    /// <summary>allOf, anyOf, oneOf and not say what values are allowed, never what there is.</summary>
    /// <param name="around">The schema that the logic is of; null for logic inside of logic.</param>
    private static void CheckLogic(StructuralSchema part, StructuralSchema? around, Place place, Faults faults)
    {
        foreach (var (word, parts) in new[] { ("allOf", part.AllOf), ("anyOf", part.AnyOf), ("oneOf", part.OneOf) })
            for (var i = 0; i < parts.Count; i++)
                CheckPart(parts[i], place.Field(word).At(i), faults, IsEither(around, word, parts));
        if (part.Not is { } not)
            CheckPart(not, place.Field("not"), faults);
    }

    /// <summary>The one form in which parts may have types: of what is an integer or a string.</summary>
    private static bool IsEither(StructuralSchema? around, string word, IReadOnlyList<StructuralSchema> parts) =>
        around is { IsIntOrString: true } && ((word == "anyOf" && parts.Select(part => part.Type).SequenceEqual(["integer", "string"])) || (word == "allOf" && parts.Count > 0 && parts[0].AnyOf.Count > 0));

    private static void CheckPart(StructuralSchema part, Place place, Faults faults, bool typesAllowed = false)
    {
        foreach (var word in Structure.Where(word => part.Source.Has(word) && !(typesAllowed && word == "type")))
            faults.Forbidden(place.Field(word), word is "nullable" || word.StartsWith("x-", StringComparison.Ordinal) ? "must be false to be structural"
                : word is "default" or "additionalProperties" ? "must be undefined to be structural" : "must be empty to be structural");
        CheckWords(part.Source.Without("additionalProperties"), place, faults);
        foreach (var (name, below) in part.Properties)
            CheckPart(below, place.Field("properties").Key(name), faults);
        if (part.Items is { } items)
            CheckPart(items, place.Field("items"), faults);
        CheckLogic(part, around: null, place, faults);
    }
}
