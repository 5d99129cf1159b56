using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Patching;

/// <summary>Fields that an apply would change and another manager owns.</summary>
internal static class FieldConflicts
{
    /// <exception cref="StatusException">409, if there are any.</exception>
    public static void Check(ManagedFields managed, FieldManager manager, FieldSet taken)
    {
        var conflicts = (from other in managed.All
                         where other != manager
                         let name = other.ToString()
                         orderby name
                         from path in managed.Of(other).Intersection(taken).Paths()
                         select (Manager: name, Field: string.Concat(path.Select(PathStep.Show)))).ToList();
        if (conflicts.Count == 0)
            return;
        var causes = conflicts.Select(conflict => new JsonObject
        {
            ["reason"] = "FieldManagerConflict",
            ["message"] = $"conflict with {conflict.Manager}",
            ["field"] = conflict.Field,
        });
        throw new StatusException(409, "Conflict", Message(conflicts), new JsonObject { ["causes"] = new JsonArray([.. causes]) });
    }

    private static string Message(List<(string Manager, string Field)> conflicts)
    {
        if (conflicts.Count == 1)
            return $"Apply failed with 1 conflict: conflict with {conflicts[0].Manager}: {conflicts[0].Field}";
        var groups = conflicts.GroupBy(conflict => conflict.Manager)
            .Select(group => $"conflicts with {group.Key}:\n{string.Join('\n', group.Select(conflict => $"- {conflict.Field}"))}");
        return $"Apply failed with {conflicts.Count} conflicts: {string.Join('\n', groups)}";
    }
}
