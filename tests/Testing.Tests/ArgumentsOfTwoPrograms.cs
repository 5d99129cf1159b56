using Kontrakt.Testing;

namespace Testing.Tests;

/// <summary>A project with tests of its own and kontrakts is one program for dotnet test.</summary>
[TestClass]
public sealed class ArgumentsOfTwoPrograms
{
    private static readonly RunnerArguments Arguments = new(["--kontrakts", "/p/obj/kontrakt-test.txt", "--list-tests", "--filter", "Name=a", "--coverage", "--filter-uid", "x", "y", "--own-option", "--results-directory", "/p/out",
        "--server", "dotnettestcli", "--dotnet-test-pipe", "/tmp/pipe"]);

    [TestMethod, Timeout(60_000)]
    public void AllButTheProjectGoToTheOwnTests()
    {
        Assert.AreEqual("/p/obj/kontrakt-test.txt", Arguments.ProjectFile);
        Assert.AreEqual("--list-tests --filter Name=a --coverage --filter-uid x y --own-option --results-directory /p/out --server dotnettestcli --dotnet-test-pipe /tmp/pipe", string.Join(' ', Arguments.ForOwnTests));
    }

    [TestMethod, Timeout(60_000)]
    public void KontraktsHaveThoseThatTheyKnow()
    {
        Assert.AreEqual("--kontrakts /p/obj/kontrakt-test.txt --list-tests --filter Name=a --filter-uid x y --results-directory /p/out --server dotnettestcli --dotnet-test-pipe /tmp/pipe",
            string.Join(' ', Arguments.ForKontrakts(connected: true)));
        Assert.AreEqual("--kontrakts /p/obj/kontrakt-test.txt --list-tests --filter Name=a --filter-uid x y --results-directory /p/out", string.Join(' ', Arguments.ForKontrakts(connected: false)));
    }

    [TestMethod, Timeout(60_000)]
    public void ThatSayNothingOfAProjectAreNotTaken() => Assert.IsNull(new RunnerArguments(["--list-tests"]).ProjectFile);

    [TestMethod, Timeout(60_000)]
    [DataRow(0, 0, 0)]
    [DataRow(2, 0, 2)]
    [DataRow(0, 2, 2)]
    [DataRow(2, 2, 2)]
    [DataRow(8, 0, 0, DisplayName = "none in one of them")]
    [DataRow(0, 8, 0)]
    [DataRow(8, 8, 8)]
    [DataRow(8, 2, 2)]
    [DataRow(2, 8, 2)]
    [DataRow(2, 10, 1)]
    public void ExitCodeIsOfBoth(int own, int kontrakts, int expected) => Assert.AreEqual(expected, PlatformExitCode.Of(own, kontrakts));

    [TestMethod, Timeout(60_000)]
    [DataRow(8, true, true, 0)]
    [DataRow(8, false, true, 8, DisplayName = "all that there was is skipped")]
    [DataRow(8, true, false, 8, DisplayName = "it is there for its kontrakts")]
    [DataRow(2, true, true, 2)]
    [DataRow(0, true, true, 0)]
    public void NothingToRunIsFineWhereItMayBe(int exitCode, bool isMeant, bool mayBe, int expected) =>
        Assert.AreEqual(expected, new NothingMeant { WasMeant = isMeant, MayBe = mayBe }.Judge(exitCode));

    [TestMethod, Timeout(60_000)]
    [DataRow(0, true)]
    [DataRow(2, true)]
    [DataRow(8, true)]
    [DataRow(134, true, DisplayName = "a crash of the one does not hide the other")]
    [DataRow(3, false)]
    [DataRow(5, false)]
    [DataRow(130, false)]
    [DataRow(143, false)]
    public void KontraktsGoOnAfterTestsThatEnded(int exitCode, bool expected) => Assert.AreEqual(expected, OwnTests.GoesOn(exitCode));
}
