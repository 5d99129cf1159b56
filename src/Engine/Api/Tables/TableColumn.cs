namespace Kontrakt.Engine.Api.Tables;

/// <summary>A column of a table.</summary>
/// <param name="Type">string, integer or date.</param>
/// <param name="Format">"name" for what names the row.</param>
/// <param name="Priority">0 is always shown, 1 with -o wide.</param>
internal sealed record TableColumn(string Name, string Type = "string", string Format = "", int Priority = 0)
{
    public static TableColumn ObjectName { get; } = new("Name", Format: "name");
    public static TableColumn Age { get; } = new("Age");

    public static TableColumn Wide(string name) => new(name, Priority: 1);
    public static TableColumn Integer(string name) => new(name, "integer");
}
