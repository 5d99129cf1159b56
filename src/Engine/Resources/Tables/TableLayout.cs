using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>The columns of a kind, and the cells of one object: strings, numbers, conditions, or nothing.</summary>
internal sealed record TableLayout(IReadOnlyList<TableColumn> Columns, Func<KubernetesObject, DateTimeOffset, object?[]> Cells)
{
    public static TableLayout NameAndAge { get; } = new([TableColumn.ObjectName, TableColumn.Age], (item, now) => [item.Name, Ages.Of(item, now)]);
}

/// <summary>A column of a table.</summary>
/// <param name="Type">string, integer, number, boolean or date.</param>
/// <param name="Format">"name" for what names the row.</param>
/// <param name="Priority">0 is always shown, 1 with -o wide.</param>
internal sealed record TableColumn(string Name, string Type = "string", string Format = "", int Priority = 0)
{
    public string Description { get; init; } = "";

    public static TableColumn ObjectName { get; } = new("Name", Format: "name");
    public static TableColumn Age { get; } = new("Age");

    public static TableColumn Wide(string name) => new(name, Priority: 1);
    public static TableColumn Integer(string name) => new(name, "integer");
}
