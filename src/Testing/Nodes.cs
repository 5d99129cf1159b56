using Kontrakt.Diagnostics;
using Kontrakt.Runs;
using Microsoft.Testing.Platform.Extensions.Messages;

namespace Kontrakt.Testing;

/// <summary>Kontrakts and tests as nodes of the platform.</summary>
internal static class Nodes
{
    public static TestNodeUid? ParentOf(TestEntry entry) => entry.Name is null ? null : new(entry.Kontrakt);

    public static TestNode Of(TestEntry entry, TestNodeStateProperty state, params IProperty[] more) => new()
    {
        Uid = entry.FullName,
        DisplayName = entry.FullName,
        Properties = new([state, Place(entry.Location), .. Traits(entry), .. more]),
    };

    public static IProperty[] Traits(TestEntry entry) => [.. entry.Labels.Select(label => new TestMetadataProperty(label.Key, label.Value))];

    /// <summary>What is wrong with a kontrakt that cannot be read, as something that can be seen, opened and run.</summary>
    public static TestNode Of(Diagnostic problem, TestNodeStateProperty state) => new()
    {
        Uid = UidOf(problem),
        DisplayName = UidOf(problem),
        Properties = problem.Location is { } place ? new(state, Place(place)) : new(state),
    };

    public static string UidOf(Diagnostic problem) => $"{problem.Code} {problem.Location}";

    private static TestFileLocationProperty Place(SourceLocation place) =>
        new(place.File, new(new(Math.Max(1, place.Line), Math.Max(0, place.Column)), new(Math.Max(1, Math.Max(place.Line, place.EndLine)), Math.Max(0, place.EndColumn))));
}
