using Kontrakt.Settings;
using Microsoft.Build.Framework;

namespace Kontrakt.Tasks;

/// <summary>@(_KontraktSetting): a setting's name, its text as metadata Value; an empty one means the default.</summary>
internal static class TaskSettings
{
    /// <param name="directory">What relative paths are relative to.</param>
    /// <param name="project">The project whose build this is; null: it does not matter.</param>
    public static KontraktSettings Read(ITaskItem[] settings, string directory, string? project = null) =>
        SettingsReader.Read(settings.ToDictionary(item => item.ItemSpec, item => (string?)item.GetMetadata("Value"), StringComparer.Ordinal), directory, project);
}
