using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TileProof.MutationTesting;
using TileProof.MutationTesting.Building;
using TileProof.MutationTesting.Running;
using TileProof.Tests.Support;

namespace TileProof.Tests.MutationTesting;

/// <summary>A product of a few lines and its tests, compiled with mutants and run: what is noticed, what is not, and what is not reached.</summary>
public sealed class MutantRunTests
{
    private const string Product = """
        public static class Product
        {
            private static readonly int Kept = 5 * 1;
            public static bool IsSmall(int x) => x < 10;
            public static int Twice(int x) => x + x;
            public static int Fixed() => Kept;
            public static int Unreached() => 77;
            public static int Local(int x) { int y; Note(x); y = x; Note(y); return y; }
            private static void Note(int x) { }
            public static byte Narrow() { byte b = 3; return (byte)(b * 2); }
        }
        """;

    private const string Tests = """
        using Xunit;
        public class FirstTests
        {
            [Fact] public void Small() { Assert.True(Product.IsSmall(9)); Assert.False(Product.IsSmall(11)); }
            [Theory] [InlineData(0)] [InlineData(3)] public void Twice(int x) => Assert.Equal(2 * x, Product.Twice(x));
            [Fact(Skip = "reason")] public void Skipped() => Product.Unreached();
        }
        public class SecondTests
        {
            [Fact] public void Kept() => Assert.Equal(5, Product.Fixed());
            [Fact] public void Narrow() => Assert.Equal(6, Product.Narrow());
            [Fact] public void Local() => Assert.Equal(4, Product.Local(4));
        }
        """;

    [Fact]
    public async Task Mutants_OfASmallProduct_AreNoticedWhereATestNoticesThem()
    {
        using var folder = new TemporaryFolder();
        IReadOnlyList<Mutant> mutants = Compile(folder, out IReadOnlySet<int> dropped);
        int Id(string key) => mutants.Single(mutant => mutant.Key == "Product.cs#Product." + key).Id;
        Assert.DoesNotContain(Id("Twice: x + x -> x - x"), dropped);

        // Without a value of its own a variable cannot be read; the statements beside that one can be left out.
        Assert.Contains(Id("Local: y = x; -> (left out)"), dropped);
        Assert.DoesNotContain(Id("Local: Note(x); -> (left out)"), dropped);
        Assert.DoesNotContain(Id("Local: Note(y); -> (left out)"), dropped);

        // The framework runs tests on threads of its own; the thread of this test is kept out of them.
        await Task.Run(() =>
        {
            using var switches = new MutantSwitches([Assembly.LoadFrom(folder["Product.dll"])], mutants.Count);
            using var tests = new TestAssembly(Assembly.LoadFrom(folder["SampleTests.dll"]), ["FirstTests", "SecondTests"]);
            switches.Watch();
            var coverage = new Coverage(tests.Cover(switches.TakeReached), tests.Cover(switches.TakeReached));

            Assert.Equal(7, coverage.First.Count);
            Assert.Equal(["skipped: reason"], coverage.Useless().Select(static test => test.Problem));
            HashSet<int> reached = [.. coverage.Usable().SelectMany(static test => test.Reached)];
            Assert.DoesNotContain(Id("Unreached: 77 -> 78"), reached);
            Assert.Equal([Id("Kept: 5 * 1 -> 5 / 1"), Id("Kept: 5 -> 6"), Id("Kept: 5 -> 4"), Id("Kept: 1 -> 2"), Id("Kept: 1 -> 0")], coverage.ReachedOnce().Order());
            Assert.Equal(
                ["FirstTests.Twice(x: 0)", "FirstTests.Twice(x: 3)"],
                coverage.First.Where(test => test.Reached.Contains(Id("Twice: x + x -> x - x"))).Select(static test => test.Name).Order(StringComparer.Ordinal));

            Assert.Equal("FirstTests.Twice(x: 3)", Noticed("Twice: x + x -> x - x"));
            Assert.Equal("FirstTests.Small", Noticed("IsSmall: x < 10 -> x >= 10"));
            Assert.Null(Noticed("IsSmall: x < 10 -> x <= 10"));
            Assert.Null(Noticed("Kept: 5 -> 6"));
            Assert.Null(tests.FirstFailing(tests.Tests.Values));

            string? Noticed(string key)
            {
                switches.TurnOn(Id(key));
                string? name = tests.FirstFailing(tests.Tests.Values)?.DisplayName;
                switches.TurnOff();
                return name;
            }
        });
    }

    private static IReadOnlyList<Mutant> Compile(TemporaryFolder folder, out IReadOnlySet<int> dropped)
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest);
        MetadataReference[] references =
        [
            .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
                .Where(static path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal) || Path.GetFileName(path).StartsWith("xunit.", StringComparison.Ordinal))
                .Select(static path => MetadataReference.CreateFromFile(path)),
        ];
        CSharpCompilation Compilation(string name, params IEnumerable<SyntaxTree> trees) => CSharpCompilation.Create(
            name, trees, references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

        SyntaxTree product = CSharpSyntaxTree.ParseText(Product, options, "Product.cs");
        var file = new MutatedFile(product.GetRoot(), "Product.cs", options, 0, []);
        SyntaxTree mutantSwitch = CSharpSyntaxTree.ParseText(MutantSwitchSource.Text(file.Mutants.Count), options);
        CSharpCompilation compilation = Compilation("Product", product, mutantSwitch);
        (byte[] assembly, dropped) = MutatedProject.Compile(compilation, new Dictionary<string, MutatedFile> { ["Product.cs"] = file }, []);
        File.WriteAllBytes(folder["Product.dll"], assembly);

        SyntaxTree tests = CSharpSyntaxTree.ParseText(Tests, options);
        Assert.True(Compilation("SampleTests", tests).AddReferences(MetadataReference.CreateFromFile(folder["Product.dll"])).Emit(folder["SampleTests.dll"]).Success);
        return file.Mutants;
    }
}
