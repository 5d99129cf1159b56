
namespace Kontrakt.Engine.Api.Tables;

/// <summary>Config maps, secrets and service accounts.</summary>
internal static class ConfigTables
{
    // "Data" is declared as text and given as a number, in Kubernetes, too.
    public static TableLayout ConfigMaps { get; } = new([TableColumn.ObjectName, new("Data"), TableColumn.Age],
        (item, now) => [item.Name, CellText.Count(item, "data") + CellText.Count(item, "binaryData"), Ages.Of(item, now)]);

    public static TableLayout Secrets { get; } = new([TableColumn.ObjectName, new("Type"), new("Data"), TableColumn.Age],
        (item, now) => [item.Name, item.Text("type"), CellText.Count(item, "data"), Ages.Of(item, now)]);

    public static TableLayout ServiceAccounts { get; } = new([TableColumn.ObjectName, new("Secrets"), TableColumn.Age],
        (item, now) => [item.Name, CellText.Count(item, "secrets"), Ages.Of(item, now)]);
}
