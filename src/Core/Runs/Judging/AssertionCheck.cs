using System.Text.Json.Nodes;
using Kontrakt.Clusters.Pods;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Manifests;

namespace Kontrakt.Runs;

/// <summary>Holds a declarative assertion against the objects of its kind. Pure.</summary>
internal static class AssertionCheck
{
    private const int MostShown = 10;

    /// <summary>*.assert.yaml: null when an object matches; else what the nearest one differs in, at the first expected value that is not so.</summary>
    public static Diagnostic? MustExist(Manifest assertion, IReadOnlyCollection<KubernetesObject> objects)
    {
        var name = assertion.Object.Name;
        var candidates = objects.Where(item => name.Length == 0 || item.Name == name).ToList();
        if (candidates.Count == 0)
            return Ktr.AssertionFailed.At(assertion.Locate(), Title(assertion), Absence(assertion, objects));
        var nearest = candidates.Select(item => (Item: item, Mismatches: ObjectMatcher.Match(assertion.Object.Json, item.Json)))
            .OrderBy(each => Distance(each.Mismatches)).ThenBy(each => each.Item.Name, StringComparer.Ordinal).First();
        return nearest.Mismatches.Count == 0 ? null : Describe(assertion, nearest.Item, nearest.Mismatches, candidates.Count);
    }

    /// <summary>*.error.yaml: null when nothing matches.</summary>
    public static Diagnostic? MustNotExist(Manifest assertion, IReadOnlyCollection<KubernetesObject> objects)
    {
        var name = assertion.Object.Name;
        var match = objects.FirstOrDefault(item => (name.Length == 0 || item.Name == name) && ObjectMatcher.Match(assertion.Object.Json, item.Json).Count == 0);
        return match is null ? null : Ktr.ErrorAssertionFailed.At(assertion.Locate(), match.ToString());
    }

    /// <summary>An object with other labels is farther than one that only differs in its state.</summary>
    private static int Distance(IReadOnlyList<Mismatch> mismatches) => mismatches.Sum(each => each.Path is ["metadata", ..] ? 100 : 1);

    private static Diagnostic Describe(Manifest assertion, KubernetesObject item, IReadOnlyList<Mismatch> mismatches, int candidates)
    {
        var secret = assertion.Object is { Kind: "Secret", ApiVersion: "v1" };
        var first = mismatches[0];
        var text = Text(first, secret);
        if (assertion.Object.Name.Length == 0)
            text += candidates == 1 ? $" (the only one is {item})" : $" (the nearest of {candidates} is {item})";
        foreach (var more in mismatches.Skip(1).Take(MostShown - 1))
            text += $"\n  line {assertion.Locate([.. more.Path]).Line}: {Text(more, secret)}";
        if (mismatches.Count > MostShown)
            text += $"\n  and {mismatches.Count - MostShown} more";
        return Ktr.AssertionFailed.At(assertion.Locate([.. first.Path]), Title(assertion), text);
    }

    /// <summary>What a Secret holds is shown by neither side.</summary>
    private static string Text(Mismatch mismatch, bool secret) =>
        secret && mismatch.Path is ["data" or "stringData", ..] ? $"{mismatch.PathText}: not as expected (values of Secrets are not shown)" : PlainText.Clean(mismatch.ToString());

    private static string Absence(Manifest assertion, IReadOnlyCollection<KubernetesObject> objects)
    {
        var what = assertion.Object.Name.Length == 0 ? "there is none of this kind" : "it does not exist";
        var others = objects.Select(item => item.ToString()).Order(StringComparer.Ordinal).ToList();
        return others.Count == 0 ? what : $"{what}; there are: {string.Join(", ", others.Take(MostShown))}" + (others.Count > MostShown ? $" and {others.Count - MostShown} more" : "");
    }

    private static string Title(Manifest assertion)
    {
        if (assertion.Object.Name.Length > 0)
            return assertion.Title;
        var labels = assertion.Object.At("metadata", "labels") as JsonObject ?? [];
        return $"a {assertion.Object.Kind}" + (labels.Count == 0 ? "" : $" labelled {string.Join(',', labels.Select(pair => $"{pair.Key}={pair.Value}"))}");
    }
}
