using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Clusters.Pods;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Runs.Looking;

/// <summary>An object, in a line.</summary>
/// <param name="Name">In full, as the other verbs take it: orders/pod/smoke.</param>
/// <param name="Age">Such as 5m; empty where it does not exist.</param>
public sealed record ObjectLine(string Name, string State, string Age);

/// <summary>Lists and describes what a run has on its cluster. Data of Secrets are never shown, and their values nowhere.</summary>
public static class RunObjects
{
    /// <param name="what">A kontrakt, a kind, KONTRAKT/KIND, a name of an object; empty for all that was applied, and the pods.</param>
    /// <exception cref="KontraktException">Nothing is on the cluster any more, or it is not a name.</exception>
    public static Task<IReadOnlyList<ObjectLine>> ListAsync(OpenRun run, string what, CancellationToken cancellationToken) =>
        KeptRun.LookAsync<IReadOnlyList<ObjectLine>>(run, "what the run has on the cluster", async kept =>
        {
            var parts = what.Split('/', StringSplitOptions.RemoveEmptyEntries);
            if (parts is [] or [_] && (parts.Length == 0 || kept.Names.Contains(parts[0], StringComparer.Ordinal)))
            {
                var among = kept.Among(parts.FirstOrDefault());
                return among.Count == 0 ? throw kept.NothingKept(parts.FirstOrDefault()) : [.. (await Task.WhenAll(among.Select(kontrakt => AllOfAsync(kontrakt, cancellationToken)))).SelectMany(each => each)];
            }
            if (kept.Kontrakts.Count == 0)
                throw kept.NothingKept(null);
            var ofKontrakt = parts.Length == 2 && kept.Names.Contains(parts[0], StringComparer.Ordinal);
            if (parts.Length > 1 && !ofKontrakt)
                return await LinesAsync([await kept.RequireAsync(what, cancellationToken)], cancellationToken);
            var of = ofKontrakt ? kept.Among(parts[0]) : kept.Kontrakts;
            if (of.Count == 0)
                throw kept.NothingKept(parts[0]);
            var found = await KeptRun.ListAsync(of, await kept.KindAsync(of[0].Client, parts[^1], cancellationToken), cancellationToken);
            return [.. (await Task.WhenAll(found.GroupBy(each => each.Kontrakt).Select(each => LinesAsync([.. each], cancellationToken)))).SelectMany(each => each)];
        }, cancellationToken);

    /// <summary>Its state, its events, its pods, and the object itself in YAML.</summary>
    public static Task<IReadOnlyList<string>> DescribeAsync(OpenRun run, string name, CancellationToken cancellationToken) =>
        KeptRun.LookAsync<IReadOnlyList<string>>(run, $"'{name}'", async kept =>
        {
            var found = await kept.RequireAsync(name, cancellationToken);
            var redactor = await found.Kontrakt.RedactorAsync(cancellationToken);
            var pods = found.Object.Kind == "Pod" ? [] : await found.Kontrakt.PodsOfAsync(found.Object, cancellationToken);
            string[] lines =
            [
                $"{found.Title}",
                .. StatusText.Describe(found.Object, await found.Kontrakt.EventsOfAsync(found.Object, cancellationToken)).Select(line => "  " + line),
                .. pods.Select(pod => $"  pod {pod.Name}: {State(pod)}"),
                "",
                .. YamlOutput.Write(Shown(found.Object)).TrimEnd().Split('\n'),
            ];
            return [.. lines.Select(line => redactor.Redact(PlainText.Clean(line)))];
        }, cancellationToken);

    /// <summary>What was applied, in its order, and the pods.</summary>
    private static async Task<IReadOnlyList<ObjectLine>> AllOfAsync(KeptKontrakt kontrakt, CancellationToken cancellationToken)
    {
        var applied = await Task.WhenAll(kontrakt.Manifests.Objects.Select(async manifest => (manifest.Title,
            Found: await kontrakt.Client.FindResourceAsync(manifest.Object.GroupVersionKind, cancellationToken) is { } resource ? await kontrakt.FindAsync(resource, manifest.Object.Name, cancellationToken) : null)));
        KeptObject[] found = [.. applied.Select(each => each.Found).OfType<KeptObject>()];
        var shown = found.Select(each => each.Object.Uid).ToHashSet(StringComparer.Ordinal);
        var pods = (await kontrakt.ListAsync(ApiResource.Pods, cancellationToken)).Where(pod => !shown.Contains(pod.Object.Uid));
        return [.. await LinesAsync([.. found, .. pods], cancellationToken), .. applied.Where(each => each.Found is null).Select(each => new ObjectLine($"{kontrakt.Name}/{each.Title}", "does not exist", ""))];
    }

    /// <param name="objects">Of one kontrakt.</param>
    private static async Task<IReadOnlyList<ObjectLine>> LinesAsync(IReadOnlyList<KeptObject> objects, CancellationToken cancellationToken)
    {
        if (objects.Count == 0)
            return [];
        var redactor = await objects[0].Kontrakt.RedactorAsync(cancellationToken);
        return [.. objects.Select(each => new ObjectLine(each.Title, redactor.Redact(PlainText.Clean(State(each.Object).ReplaceLineEndings(" "))), Age(each.Object)))];
    }

    private static string State(KubernetesObject item) => item.Kind == "Pod" ? PodText.State(item) + (KeptPod.IsReady(item) ? ", ready" : "")
        : !Readiness.Matters(item.GroupVersionKind) ? "exists"
        : Readiness.Of(item) switch
        {
            ReadinessState.Waiting waiting => $"not ready: {waiting.Message}",
            ReadinessState.Failed failed => $"failed: {failed.Message}",
            _ => "ready",
        };

    private static string Age(KubernetesObject item)
    {
        var age = KubernetesObject.Time(item.Text("metadata", "creationTimestamp")) is { } created ? DateTimeOffset.UtcNow - created : TimeSpan.Zero;
        var (amount, unit) = age.TotalDays >= 1 ? (age.TotalDays, "d") : age.TotalHours >= 1 ? (age.TotalHours, "h") : age.TotalMinutes >= 1 ? (age.TotalMinutes, "m") : (Math.Max(0, age.TotalSeconds), "s");
        return ((int)amount).ToString(CultureInfo.InvariantCulture) + unit;
    }

    /// <summary>Without what only the server needs and what the lines above say; of a Secret, its keys and their lengths.</summary>
    private static JsonObject Shown(KubernetesObject item)
    {
        var json = (JsonObject)item.Json.DeepClone();
        if (json["metadata"] is JsonObject metadata)
        {
            metadata.Remove("managedFields");
            // An annotation of kubectl has all that was applied.
            if (item.Kind == "Secret")
                metadata.Remove("annotations");
        }
        if (!Readiness.IsCustom(item.GroupVersionKind))
            json.Remove("status");
        if (item is not { ApiVersion: "v1", Kind: "Secret" })
            return json;
        json.Remove("stringData");
        if (json["data"] is JsonObject data)
            foreach (var (key, value) in data.ToList())
                data[key] = string.Create(CultureInfo.InvariantCulture, $"{Length(value?.ToString() ?? "")} bytes");
        return json;
    }

    private static int Length(string base64) => Convert.TryFromBase64String(base64, new byte[base64.Length], out var length) ? length : base64.Length;
}
