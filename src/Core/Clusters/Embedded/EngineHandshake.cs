using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Config;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Clusters.Embedded;

/// <summary>
/// How a running engine is found: a kubeconfig in JSON, so that kubectl can use it as it is, whose extension "kontrakt-engine" says the rest.
/// </summary>
/// <param name="Registry">Host and port of its registry, as this machine and its pods' images name it.</param>
/// <param name="Pid">The engine's process.</param>
/// <param name="Directory">The folder as that process got it.</param>
/// <param name="Restrictions">Sentences: what this machine does not let the engine do for containers.</param>
public sealed record EngineHandshake(ClusterConnection Connection, int Pid, string Directory, string Version, string Registry, DateTimeOffset Started, IReadOnlyList<string> Restrictions)
{
    /// <summary>The name of the context, of the cluster and of the user.</summary>
    public const string Context = "kontrakt-engine";

    /// <summary>The engine's one node.</summary>
    public const string Node = "kontrakt";

    /// <summary>What the file says; null where there is none, or none that is whole: then no engine is to be found there.</summary>
    /// <exception cref="KontraktException">KTR6001: this user may not read it.</exception>
    public static EngineHandshake? Read(EngineFolder folder)
    {
        try
        {
            var extension = (JsonNode.Parse(File.ReadAllText(folder.Handshake)) as JsonObject)?["extensions"]?[0]?["extension"] as JsonObject;
            if (extension is null)
                return null;
            var says = new KubernetesObject(extension);
            return new(
                KubeConfig.LoadFile(folder.Handshake).Connect(Context),
                (int)KubernetesObject.Number(says.At("pid")),
                says.Text("directory"),
                says.Text("version"),
                says.Text("registry"),
                DateTimeOffset.TryParse(says.Text("started"), System.Globalization.CultureInfo.InvariantCulture, out var started) ? started : default,
                [.. (says.At("restrictions") as JsonArray ?? []).Select(each => each?.ToString() ?? "")]);
        }
        catch (UnauthorizedAccessException e)
        {
            throw Ktr.EngineFailed.Error(e, null, $"'{folder.Handshake}' is another user's; set KontraktEngineDirectory to a folder of your own");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException or KubeConfigException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }
}
