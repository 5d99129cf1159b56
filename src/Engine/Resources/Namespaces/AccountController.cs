using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>Gives each namespace what its pods need: the account "default", and the certificate by which they know the API.</summary>
internal sealed class AccountController(ClusterObjects objects, string rootCertificate) : IReconciler
{
    private const string Account = "default";
    private const string Certificates = "kube-root-ca.crt";

    public string Name => "serviceaccount-controller";

    public IEnumerable<ObjectKey> Concerns(StoreEvent change)
    {
        var key = change.Object.Key;
        if (key.Kind == Kinds.Namespace)
            return change.Type == ChangeType.Deleted ? [] : [key];
        var lost = change.Type != ChangeType.Added
            && ((key.Kind == Kinds.ServiceAccount && key.Name == Account) || (key.Kind == Kinds.ConfigMap && key.Name == Certificates));
        return lost ? [new(Kinds.Namespace, "", key.Namespace)] : [];
    }

    public DateTimeOffset? Reconcile(ObjectKey key)
    {
        if (objects.Store.Find(key) is not { IsBeingDeleted: false })
            return null;
        if (objects.Store.Find(new(Kinds.ServiceAccount, key.Name, Account)) is null)
            objects.Create(Kinds.ServiceAccount, key.Name, Kinds.ServiceAccount.New(Account));
        var certificates = new ObjectKey(Kinds.ConfigMap, key.Name, Certificates);
        if (objects.Store.Find(certificates) is not { } known)
            objects.Create(Kinds.ConfigMap, key.Name, CertificateMap());
        else if (known.View.Text("data", "ca.crt") != rootCertificate && !known.IsBeingDeleted)
            objects.Update(certificates, map => map["data"] = new JsonObject { ["ca.crt"] = rootCertificate });
        return null;
    }

    private JsonObject CertificateMap()
    {
        var map = Kinds.ConfigMap.New(Certificates);
        map.Metadata()["annotations"] = new JsonObject
        {
            ["kubernetes.io/description"] = "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.",
        };
        map["data"] = new JsonObject { ["ca.crt"] = rootCertificate };
        return map;
    }
}
