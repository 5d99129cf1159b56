namespace Kontrakt.Tests.Reports;

/// <summary>Compares text with a file of Reports/cases.</summary>
internal static class Golden
{
    public static void Matches(string file, string actual) =>
        Assert.AreEqual(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Reports", "cases", file)), actual);
}
