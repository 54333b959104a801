using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TileProof.MutationTesting;
using TileProof.MutationTesting.Building;

namespace TileProof.Tests.MutationTesting;

/// <summary>Each kind of mistake on the smallest piece of a program that has it; what is left alone.</summary>
public sealed class MutatorTests
{
    [Theory]
    [InlineData("a + b", "a - b")]
    [InlineData("a - b", "a + b")]
    [InlineData("a * b", "a / b")]
    [InlineData("a / b", "a * b")]
    [InlineData("a % b", "a * b")]
    [InlineData("a < b", "a <= b", "a >= b")]
    [InlineData("a <= b", "a < b", "a > b")]
    [InlineData("a > b", "a >= b", "a <= b")]
    [InlineData("a >= b", "a > b", "a < b")]
    [InlineData("a == b", "a != b")]
    [InlineData("a != b", "a == b")]
    [InlineData("a & b", "a | b")]
    [InlineData("a ^ b", "a & b")]
    [InlineData("a << b", "a >> b")]
    [InlineData("a >>> b", "a << b")]
    [InlineData("a ?? b", "a", "b")]
    [InlineData("a >= b ? c : d", "c", "d", "a > b", "a < b")]
    [InlineData("-a", "a")]
    [InlineData("~a", "a")]
    [InlineData("!a", "a")]
    [InlineData("a && !b", "a || !b", "!(a)", "b")]
    [InlineData("a || b.C()", "a && b.C()", "!(a)", "!(b.C())")]
    [InlineData("true", "false")]
    [InlineData("0", "1")]
    [InlineData("7", "8", "6")]
    [InlineData("7L", "8L", "6L")]
    [InlineData("0.5", "1.5")]
    [InlineData("\"text\"", "\"\"")]
    [InlineData("\"\"", "\"mutated\"")]
    [InlineData("$\"{a} rows\"", "\"\"")]
    [InlineData("\"a\" + b", "\"\"")]
    [InlineData("[a, b]", "[]")]
    [InlineData("a.Any(b)", "a.All(b)")]
    [InlineData("a.Min()", "a.Max()")]
    [InlineData("Math.Max(a, b)", "Math.Min(a, b)")]
    [InlineData("Math.Abs(a)", "(a)")]
    [InlineData("a.Where(b).First()", "a.Where(b).Last()", "a")]
    [InlineData("a.Take(b)", "a.Skip(b)")]
    [InlineData("a.OrderBy(b)", "a.OrderByDescending(b)", "a")]
    [InlineData("a?.Skip(b).First()", ".Skip(b).Last()")]
    [InlineData("string.Join(a, b)", "\"\"")]
    [InlineData("a is 3", "!(a is 3)", "4")]
    [InlineData("a is >= 0 and < 4", "!(a is >= 0 and < 4)", ">= 0 or < 4", "> 0", "1", "<= 4", "5")]
    [InlineData("a switch { > 3 => b, _ => c }", ">= 3", "4")]
    [InlineData("nameof(a)")]
    [InlineData("throw new ArgumentException(\"text\" + 1)")]
    [InlineData("new FaultException(\"text\")")]
    [InlineData("Left(1, true)")]
    public void Expression_HasExactlyTheseMistakes(string expression, params string[] expected)
    {
        string[] found = Mistakes($"void M() {{ var x = {expression}; }}");

        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("void M() { a.B(); }", "(left out)")]
    [InlineData("void M() { a = b; }", "(left out)")]
    [InlineData("void M() { a.Append(b).Append(c); }", "(left out)", "a.Append(b).Prepend(c)", "a.Append(b)", "a.Prepend(b)", "a")]
    [InlineData("void M() { a.Reverse(); }", "(left out)")]
    [InlineData("void M() { a += b; }", "(left out)", "a -= b")]
    [InlineData("void M() { a ??= b; }", "(left out)", "a = b")]
    [InlineData("void M() { a++; }", "a--")]
    [InlineData("void M() { --a; }", "++a")]
    [InlineData("void M() { for (;;) { continue; } }", "(left out)")]
    [InlineData("void M() { for (;;) { break; } }", "(left out)")]
    [InlineData("void M() { switch (a) { case 1: break; } }")]
    [InlineData("void M() { return; }", "(left out)")]
    [InlineData("object M() { return a; }", "default!")]
    [InlineData("object M() => a;", "default!")]
    [InlineData("bool M() => true;", "false")]
    [InlineData("object M() { yield return a; }", "(left out)")]
    [InlineData("void M() { if (a) { } }", "!(a)")]
    [InlineData("void M() { while (a[b]) { } }", "!(a[b])")]
    [InlineData("void M() { ArgumentNullException.ThrowIfNull(a, \"b\"); }")]
    [InlineData("const string Name = \"b\"; void M(int x = 3) { const int y = 4; }")]
    [InlineData("[Obsolete(\"text\")] void M() { }")]
    [InlineData("public override int GetHashCode() => 3 * a;")]
    public void Statement_HasExactlyTheseMistakes(string member, params string[] expected) =>
        Assert.Equal(expected.Order(StringComparer.Ordinal), Mistakes(member).Order(StringComparer.Ordinal));

    [Fact]
    public void Names_TellEqualMistakesApart_AndSurviveChangesElsewhere()
    {
        IReadOnlyList<Mutant> Mutants(string before) => Mutated($"{before}class C {{ int M(int a) {{ a++;\n a++; return\n 5 +\n a; }} }}").Mutants;

        IReadOnlyList<Mutant> first = Mutants("");

        Assert.Equal(
            ["F.cs#C.M: a++ -> a--", "F.cs#C.M: a++ -> a-- (2)", "F.cs#C.M: 5 + a -> 5 - a", "F.cs#C.M: 5 + a -> default!", "F.cs#C.M: 5 -> 6", "F.cs#C.M: 5 -> 4"],
            first.Select(static mutant => mutant.Key).Order(Comparer<string>.Create((x, y) => Rank(x).CompareTo(Rank(y)))));
        Assert.Equal([1, 2], first.Where(static mutant => mutant.Before == "a++").Select(static mutant => mutant.Line));
        Assert.Equal(first.Select(static mutant => mutant.Key), Mutants("class D { }\n").Select(static mutant => mutant.Key));
        Assert.Equal(first.Select(static mutant => mutant.Line + 1), Mutants("class D { }\n").Select(static mutant => mutant.Line));

        static int Rank(string key) => Array.FindIndex(["a--", "a-- (2)", "5 - a", "default!", "6", "4"], end => key.EndsWith(" -> " + end, StringComparison.Ordinal));
    }

    [Fact]
    public void SwitchableForm_NumbersThatMayChange_BecomeProperties_LinesStay()
    {
        SyntaxNode root = CSharpSyntaxTree.ParseText("class C\n{\n    const int Free = 3;\n    const int Case = 4;\n    void M()\n        => N();\n    bool P(int x) => x switch { Case => true, _ => false };\n}").GetRoot();

        string[] lines = new SwitchableForm([.. SwitchableForm.NamesNeededConstant([root])]).Visit(root)!.ToFullString().Split('\n');

        Assert.Contains("static int Free=>", lines[2].Replace(" =>", "=>", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal("    const int Case = 4;", lines[3]);
        Assert.Contains("N()", lines[5], StringComparison.Ordinal);
        Assert.DoesNotContain("=>", lines[5], StringComparison.Ordinal);
    }

    internal static MutatedFile Mutated(string text)
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest);
        return new MutatedFile(CSharpSyntaxTree.ParseText(text, options).GetRoot(), "F.cs", options, 0, ["Left"]);
    }

    private static string[] Mistakes(string member) => [.. Mutated($"class C {{ {member} }}").Mutants.Select(static mutant => mutant.After)];
}
