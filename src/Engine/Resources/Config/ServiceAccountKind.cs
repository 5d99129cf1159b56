using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

internal static class ServiceAccountKind
{
    public static ServedKind Kind { get; } = new(Kinds.ServiceAccount)
    {
        Table = new([TableColumn.ObjectName, new("Secrets"), TableColumn.Age], (item, now) => [item.Name, CellText.Count(item, "secrets"), Ages.Of(item, now)]),
        IsShownWhenDeleted = true,
    };
}
