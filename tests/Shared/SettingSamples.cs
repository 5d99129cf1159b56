using Kontrakt.Settings;

namespace Kontrakt.Tests;

/// <summary>A text for each setting that is not its default.</summary>
internal static class SettingSamples
{
    public static IEnumerable<(Setting Setting, string Text)> All => Setting.All.Select(setting => (setting, Of(setting)));

    private static string Of(Setting setting) => setting.Form switch
    {
        TextForm.Flag => setting.Default == "true" ? "false" : "true",
        TextForm.Number => "7",
        TextForm.Time or TextForm.TimeOrZero => "7m",
        TextForm.Quantities => "cpu=7",
        TextForm.Repository => "localhost:5000/seven",
        TextForm.Image => "localhost:5000/seven:7",
        TextForm.Namespace => "seven",
        TextForm.PullSecret => "seven/eight",
        TextForm.Filter => "Name=seven",
        TextForm.Shard => "1/7",
        TextForm.Keep => "failed",
        TextForm.PodSecurity => "restricted",
        _ => "seven",
    };
}
