using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Clusters.Pods;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Kubernetes.Schema;
using Kontrakt.Manifests;

namespace Kontrakt.Runs;

/// <summary>Holds a declarative assertion against the objects of its kind, again after each change. An object that has not changed is not compared again.</summary>
/// <param name="schema">What the server says of the kind; null where it says nothing.</param>
internal sealed class AssertionCheck(Manifest assertion, ValueSchema? schema)
{
    private const int MostShown = 10;

    private Dictionary<string, Compared> _compared = new(StringComparer.Ordinal);

    public Manifest Assertion => assertion;

    /// <summary>Null when it holds: *.assert.yaml, when an object matches; *.error.yaml, when none does.</summary>
    public Diagnostic? Check(IReadOnlyCollection<KubernetesObject> objects)
    {
        var name = assertion.Object.Name;
        var compared = objects.Where(item => name.Length == 0 || item.Name == name).Select(Compare).ToList();
        _compared = compared.ToDictionary(each => each.Item.Name, StringComparer.Ordinal);
        return assertion.Role == ManifestRole.Error ? MustNotExist(compared) : MustExist(compared, objects);
    }

    private Compared Compare(KubernetesObject item) => _compared.TryGetValue(item.Name, out var before) && ReferenceEquals(before.Item, item) ? before
        : new(item, ObjectMatcher.Match(assertion.Object.Json, Shown(item), schema), new(() => Doubt(item), LazyThreadSafetyMode.None));

    private JsonObject Shown(KubernetesObject item) => IsSecret && assertion.Object.Json["stringData"] is JsonObject ? WithTexts(item) : item.Json;

    /// <summary>What the nearest object differs in, at the first expected value that is not so.</summary>
    private Diagnostic? MustExist(List<Compared> candidates, IReadOnlyCollection<KubernetesObject> objects)
    {
        if (candidates.Count == 0)
            return Ktr.AssertionFailed.At(assertion.Locate(), Title(), Absence(objects));
        var nearest = candidates.OrderBy(each => Distance(each.Mismatches)).ThenByDescending(each => each.Mismatches.Sum(mismatch => mismatch.Path.Count)).ThenBy(each => each.Item.Name, StringComparer.Ordinal).First();
        return nearest.Mismatches.Count == 0 ? null : Describe(nearest, candidates.Count);
    }

    private Diagnostic? MustNotExist(List<Compared> candidates) =>
        candidates.FindAll(each => each.Mismatches.Count == 0) is [var match, .. var others]
            ? Ktr.ErrorAssertionFailed.At(assertion.Locate(), match.Item, (others.Count == 0 ? "" : $" (and {others.Count} more like it)") + Held(match.Item))
            : candidates.Select(each => each.Doubt.Value).FirstOrDefault(doubt => doubt is not null);

    /// <summary>What expressions have matched: the values that are written in the assertion need no explanation.</summary>
    private string Held(KubernetesObject item)
    {
        var held = ObjectMatcher.Held(assertion.Object.Json, Shown(item), schema).Take(MostShown).Select(each => $"{FieldPath.Format(each.Path)} is {ValueText.Show(each.Actual)}").ToList();
        return held.Count == 0 ? "" : ": " + PlainText.Clean(string.Join(", ", held));
    }

    /// <summary>An expression that cannot be computed is not one that is not true, and an absent field may be one that is 0.</summary>
    private Diagnostic? Doubt(KubernetesObject item)
    {
        if (ObjectMatcher.Doubt(assertion.Object.Json, Shown(item), schema) is not { } doubt)
            return null;
        var path = MatchPath.Steps(doubt.Path);
        var place = doubt.Expression is { } expression ? ExpressionPlace.Find(assertion, expression.Text) : assertion.Locate([.. path]);
        var expected = ExpressionPlace.Short(doubt.Expected);
        return doubt.Reason is { } reason ? Ktr.ErrorAssertionUndecided.At(place, item, expected, reason) : Ktr.ErrorAssertionAbsent.At(place, item, FieldPath.Format(path), expected);
    }

    /// <summary>An object with other labels is farther than one that only differs in its state.</summary>
    private static int Distance(IReadOnlyList<Mismatch> mismatches) => mismatches.Sum(each => each.Path is ["metadata", ..] ? 100 : 1);

    private Diagnostic Describe(Compared nearest, int candidates)
    {
        var (first, mismatches) = (nearest.Mismatches[0], nearest.Mismatches);
        var text = Text(first);
        if (assertion.Object.Name.Length == 0)
            text += candidates == 1 ? $" (the only one is {nearest.Item})" : $" (the nearest of {candidates} is {nearest.Item})";
        foreach (var more in mismatches.Skip(1).Take(MostShown - 1))
            text += $"\n  line {assertion.Locate([.. more.Path]).Line}: {Text(more)}";
        if (mismatches.Count > MostShown)
            text += $"\n  and {mismatches.Count - MostShown} more";
        return Ktr.AssertionFailed.At(assertion.Locate([.. first.Path]), Title(), text);
    }

    private bool IsSecret => assertion.Object is { Kind: "Secret", ApiVersion: "v1" };

    /// <summary>What a Secret holds is shown by neither side.</summary>
    private string Text(Mismatch mismatch) =>
        IsSecret && mismatch.Path is ["data" or "stringData", ..] ? $"{mismatch.PathText}: not as expected (values of Secrets are not shown)" : PlainText.Clean(mismatch.ToString());

    /// <summary>stringData is only ever written: the server keeps it, in base64, in data. An expected stringData is compared with what exists.</summary>
    private static JsonObject WithTexts(KubernetesObject secret)
    {
        var shown = (JsonObject)secret.Json.DeepClone();
        var texts = new JsonObject();
        foreach (var (key, value) in secret.At("data") as JsonObject ?? [])
            texts[key] = Encoding.UTF8.GetString(Convert.FromBase64String(value?.ToString() ?? ""));
        shown["stringData"] = texts;
        return shown;
    }

    private string Absence(IReadOnlyCollection<KubernetesObject> objects)
    {
        var what = assertion.Object.Name.Length == 0 ? "there is none of this kind" : "it does not exist";
        var others = objects.Select(item => item.ToString()).Order(StringComparer.Ordinal).ToList();
        return others.Count == 0 ? what : $"{what}; there are: {string.Join(", ", others.Take(MostShown))}" + (others.Count > MostShown ? $" and {others.Count - MostShown} more" : "");
    }

    private string Title()
    {
        if (assertion.Object.Name.Length > 0)
            return assertion.Title;
        var labels = (assertion.Object.At("metadata", "labels") as JsonObject ?? []).Where(pair => pair.Value is JsonValue).ToList();
        return $"a {assertion.Object.Kind}" + (labels.Count == 0 ? "" : $" labelled {string.Join(',', labels.Select(pair => $"{pair.Key}={pair.Value}"))}");
    }

    private sealed record Compared(KubernetesObject Item, IReadOnlyList<Mismatch> Mismatches, Lazy<Diagnostic?> Doubt);
}
