using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>One version of a kind that a definition adds, as a kind like those that are built in.</summary>
internal sealed class CustomKind
{
    private static readonly string[] Subresources = ["status", "scale"];

    private readonly StoredObject definition;
    private readonly JsonObject version;
    private readonly StructuralSchema root;
    private readonly CustomSchema schema;
    private readonly ConditionalWeakTable<StoredObject, StoredObject> shown = [];

    public CustomKind(StoredObject definition, JsonObject version)
    {
        (this.definition, this.version) = (definition, version);
        root = new(version.Map("schema").Map("openAPIV3Schema") ?? []);
        schema = new(root);
        Kind = Make();
    }

    public string Version => version.Text("name");
    public bool IsServed => version.Flag("served");
    public bool IsStored => version.Flag("storage");
    public ServedKind Kind { get; }

    private ServedKind Make()
    {
        var spec = definition.View.Json.Map("spec");
        var (names, subresources) = (spec.Map("names"), version.Map("subresources"));
        var resource = new ResourceKind(new(spec.Text("group"), Version, names.Text("kind")), names.Text("plural"))
        {
            Namespaced = spec.Text("scope") == "Namespaced",
            Singular = names.Text("singular"),
            ShortNames = KubernetesObject.Texts(names?["shortNames"]),
            Categories = KubernetesObject.Texts(names?["categories"]),
            Subresources = [.. Subresources.Where(name => subresources.Has(name))],
            HasGeneration = true,
        };
        return new(resource)
        {
            Schema = schema,
            Default = value => SchemaDefaults.Fill(value, root),
            Admit = Admit,
            Validate = Validate,
            ValidateUpdate = (before, after, faults) => RuleChecks.Check(after, before, root, changes: true, faults),
            IsStatusValidated = true,
            MetadataKeptByStatus = ["annotations", "finalizers", "labels", "ownerReferences"],
            Warn = _ => Warnings(resource),
            Fields = [.. version.Each("selectableFields").Select(Field)],
            Table = PrinterColumns.Of(version),
            Scale = subresources.Map("scale") is { } scale ? Scale(scale) : ScaleFields.OfWorkloads(resource),
            StoredVersion = spec.Each("versions").FirstOrDefault(each => each.Flag("storage")).Text("name"),
            Shown = item => shown.GetValue(item, Convert),
        };
    }

    private void Validate(JsonObject value, Faults faults)
    {
        ValueChecks.Check(value, root, Place.Root, faults);
        StructureChecks.Check(value, root, Place.Root, faults);
        if (!faults.Any) // A rule may count on what the schema promises.
            RuleChecks.Check(value, null, root, changes: false, faults);
    }

    /// <summary>Nothing is added to a kind that will soon not exist.</summary>
    private static void Admit(Write write, ObjectStore store)
    {
        var definition = new ObjectKey(Kinds.CustomResourceDefinition, "", write.Key.Kind.QualifiedPlural);
        if (write.Verb == WriteVerb.Create && store.Find(definition) is not { IsBeingDeleted: false })
            throw new StatusException(405, "MethodNotAllowed", "create not allowed while custom resource definition is terminating", StatusException.About(write.Key));
    }

    private IEnumerable<string> Warnings(ResourceKind resource)
    {
        if (version.Flag("deprecated"))
            yield return version.Has("deprecationWarning") ? version.Text("deprecationWarning") : $"{resource.GroupVersionKind.ApiVersion} {resource.Kind} is deprecated";
        foreach (var warning in Unevaluated(root))
            yield return warning;
    }

    /// <summary>Names each rule that objects are not compared with.</summary>
    public static IEnumerable<string> Unevaluated(StructuralSchema root) => root.HasRulesInside
        ? root.All.SelectMany(each => each.Rules).Where(rule => rule.Problem is not null)
            .Select(rule => $"the embedded engine does not evaluate the rule '{rule.Text}', so objects that break it are accepted: {rule.Problem}")
        : [];

    /// <summary>What was stored under another version, or before the schema changed, is read as this version has it.</summary>
    private StoredObject Convert(StoredObject item)
    {
        var read = schema.Read(item.View.Json, new(), []);
        SchemaDefaults.Fill(read, root);
        (read["apiVersion"], read["kind"]) = (Kind.Resource.GroupVersionKind.ApiVersion, Kind.Resource.Kind);
        return JsonNode.DeepEquals(read, item.View.Json) ? item : new(item.Key, item.Revision, read);
    }

    private static SelectableField Field(JsonObject field)
    {
        var (name, path) = (field.Text("jsonPath").TrimStart('.'), JsonPath.Read(field.Text("jsonPath")));
        return new(name, item => path?.Find(item.Json).FirstOrDefault()?.ToString() ?? "");
    }

    private static ScaleFields Scale(JsonObject scale) => new(Path(scale.Text("specReplicasPath")), Path(scale.Text("statusReplicasPath")), item =>
        scale.Has("labelSelectorPath") ? item.Text([.. Path(scale.Text("labelSelectorPath"))]) : "");

    private static string[] Path(string text) => text.Split('.', StringSplitOptions.RemoveEmptyEntries);
}
