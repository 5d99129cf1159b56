using Kontrakt.Diagnostics;
using Kontrakt.Images.Sdk;

namespace Kontrakt.Tests.Images;

[TestClass]
public sealed class BuildLines
{
    [TestMethod]
    [DataRow("/src/Api/Program.cs(3,14): error CS1002: ; expected [/src/Api/Api.csproj]", "/src/Api/Program.cs", 3, 14, "CS1002", "; expected", Severity.Error)]
    [DataRow("/src/Api/Api.csproj : kontrakt error KTR2001: the registry is gone.", "/src/Api/Api.csproj", 0, 0, "KTR2001", "the registry is gone.", Severity.Error)]
    [DataRow("/src/Api/Api.csproj : error NU1101: Unable to find package X. [/run/images.proj]", "/src/Api/Api.csproj", 0, 0, "NU1101", "Unable to find package X.", Severity.Error)]
    [DataRow(@"C:\src\Program.cs(3,14,3,20): warning CS0168: unused [C:\src\Api.csproj]", @"C:\src\Program.cs", 3, 14, "CS0168", "unused", Severity.Warning)]
    [DataRow("MSBUILD : error MSB1009: Project file does not exist.", "MSBUILD", 0, 0, "MSB1009", "Project file does not exist.", Severity.Error)]
    public void ThatAreErrorsKeepCodeAndPlace(string line, string file, int at, int column, string code, string text, Severity severity)
    {
        var diagnostic = BuildLine.Read(line);

        Assert.AreEqual((file, at, column, code, text, severity), (diagnostic?.Location?.File, diagnostic?.Location?.Line, diagnostic?.Location?.Column, diagnostic?.Code, diagnostic?.Message, diagnostic?.Severity));
    }

    [TestMethod]
    [DataRow("  Api -> /src/Api/bin/Debug/net10.0/api.dll")]
    [DataRow("    0 Error(s)")]
    [DataRow("")]
    public void ThatAreNotErrorsAreLeftAlone(string line)
    {
        var diagnostic = BuildLine.Read(line);

        Assert.IsNull(diagnostic);
    }
}
