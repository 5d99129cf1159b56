using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>Gives the ports of one Service their numbers on the node, 30000 to 32767.</summary>
internal sealed class NodePorts(ObjectStore store, ObjectKey service)
{
    private const int First = 30000;
    private const int Last = 32767;

    public void Allocate(JsonObject spec)
    {
        var ports = spec.Each("ports").ToList();
        var taken = Taken();
        for (var i = 0; i < ports.Count; i++)
        {
            if (Number(ports[i]) is var asked && asked != 0)
                Check(i, asked, taken);
        }
        foreach (var port in ports.Where(port => Number(port) == 0))
        {
            var free = Enumerable.Range(First, Last - First + 1).FirstOrDefault(number => !taken.Contains(number));
            if (free == 0)
                throw new StatusException(500, "InternalError", $"Internal error occurred: failed to allocate a nodePort for {service.Name}: range is full");
            taken.Add(free);
            port["nodePort"] = free;
        }
    }

    private void Check(int index, long asked, HashSet<long> taken)
    {
        var why = asked is < First or > Last ? $"provided port is not in the valid range. The range of valid ports is {First}-{Last}" : taken.Add(asked) ? null : "provided port is already allocated";
        if (why is not null)
            throw StatusException.Invalid(service, [($"spec.ports[{index}].nodePort", "FieldValueInvalid", $"Invalid value: {asked}: {why}")]);
    }

    private HashSet<long> Taken() =>
        [.. store.List(Kinds.Service).Items.Where(item => item.Key != service).SelectMany(item => item.View.Items("spec", "ports")).Select(Number).Where(number => number != 0)];

    private static long Number(JsonObject port) => KubernetesObject.Number(port["nodePort"]);
}
