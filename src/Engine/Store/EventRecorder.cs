using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Store;

/// <summary>
/// Tells users what was done, as Event objects. The same said again of the same object is one event with a count: its name is made of
/// what it says, so nothing has to be remembered here.
/// </summary>
/// <param name="component">Who says it: "kubelet", "job-controller".</param>
/// <param name="host">On which node; "" for none.</param>
public sealed class EventRecorder(ClusterObjects objects, string component, string host = "")
{
    private const int LongestName = 236;
    /// <summary>Kubernetes refuses what is longer.</summary>
    private const int LongestMessage = 1024;

    public void Normal(KubernetesObject about, string reason, string message, string fieldPath = "") => Record("Normal", about, reason, message, fieldPath);

    public void Warning(KubernetesObject about, string reason, string message, string fieldPath = "") => Record("Warning", about, reason, message, fieldPath);

    private void Record(string type, KubernetesObject about, string reason, string message, string fieldPath)
    {
        message = message.Length > LongestMessage ? message[..LongestMessage] : message;
        var key = new ObjectKey(Kinds.Event, about.Namespace.Length == 0 ? "default" : about.Namespace, NameOf(type, about, reason, message, fieldPath));
        try
        {
            while (!TryRepeat(key) && !TryCreate(key, () => Make(key, type, about, reason, message, fieldPath)))
                ; // Whoever came in between has made it, or has deleted it: one of the two ways is open.
        }
        catch (StatusException e) when (e.Code is 403 or 404)
        {
            // The namespace is being deleted, or is gone, or the memory is full: nobody will read there.
        }
    }

    private bool TryRepeat(ObjectKey key)
    {
        if (objects.Store.Find(key) is null)
            return false;
        try
        {
            objects.Update(key, known =>
            {
                known["count"] = KubernetesObject.Number(known["count"], 1) + 1;
                known["lastTimestamp"] = objects.Timestamp();
            });
            return true;
        }
        catch (StatusException e) when (e.Code == 404)
        {
            return false;
        }
    }

    private bool TryCreate(ObjectKey key, Func<JsonObject> make)
    {
        try
        {
            objects.Create(Kinds.Event, key.Namespace, make());
            return true;
        }
        catch (StatusException e) when (e.Reason == "AlreadyExists")
        {
            return false;
        }
    }

    private JsonObject Make(ObjectKey key, string type, KubernetesObject about, string reason, string message, string fieldPath)
    {
        var now = objects.Timestamp();
        var involved = new JsonObject
        {
            ["kind"] = about.Kind,
            ["namespace"] = about.Namespace,
            ["name"] = about.Name,
            ["uid"] = about.Uid,
            ["apiVersion"] = about.ApiVersion,
            ["resourceVersion"] = about.ResourceVersion,
        };
        if (about.Namespace.Length == 0)
            involved.Remove("namespace");
        if (fieldPath.Length > 0)
            involved["fieldPath"] = fieldPath;
        return new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Event",
            ["metadata"] = new JsonObject { ["name"] = key.Name, ["namespace"] = key.Namespace },
            ["involvedObject"] = involved,
            ["reason"] = reason,
            ["message"] = message,
            ["source"] = host.Length == 0 ? new JsonObject { ["component"] = component } : new JsonObject { ["component"] = component, ["host"] = host },
            ["firstTimestamp"] = now,
            ["lastTimestamp"] = now,
            ["count"] = 1,
            ["type"] = type,
            ["eventTime"] = null,
            ["reportingComponent"] = component,
            ["reportingInstance"] = host,
        };
    }

    private string NameOf(string type, KubernetesObject about, string reason, string message, string fieldPath)
    {
        var said = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', component, type, about.Uid, reason, fieldPath, message)));
        return $"{about.Name[..Math.Min(about.Name.Length, LongestName)]}.{Convert.ToHexStringLower(said.AsSpan(0, 8))}";
    }
}
