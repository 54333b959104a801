using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TileProof.MutationTesting.Mutators;

namespace TileProof.MutationTesting.Building;

/// <summary>Names mutants so that they are found again after the file has changed elsewhere.</summary>
internal static class MutantNames
{
    /// <summary>The mutants of one file.</summary>
    /// <param name="mutations">Its mutations with their numbers, in the order of the text.</param>
    /// <param name="path">Its path from the root of the repository.</param>
    public static IReadOnlyList<Mutant> Of(IEnumerable<(int Id, Mutation Mutation)> mutations, string path)
    {
        var uses = new Dictionary<string, int>();
        var mutants = new List<Mutant>();
        foreach ((int id, Mutation mutation) in mutations)
        {
            string before = OneLine(mutation.Before);
            string after = OneLine(mutation.After);
            string key = $"{path}#{MemberOf(mutation.Place)}: {before} -> {after}";
            int use = uses[key] = uses.GetValueOrDefault(key) + 1;
            int line = mutation.Place.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
            mutants.Add(new Mutant(id, use == 1 ? key : $"{key} ({use})", path, line, before, after));
        }

        return mutants;
    }

    private static string MemberOf(SyntaxNode place)
    {
        IEnumerable<string> names = place.Ancestors().OfType<MemberDeclarationSyntax>().Reverse().Select(static member => member switch
        {
            BaseTypeDeclarationSyntax type => type.Identifier.ValueText,
            MethodDeclarationSyntax method => method.Identifier.ValueText,
            PropertyDeclarationSyntax property => property.Identifier.ValueText,
            ConstructorDeclarationSyntax => "constructor",
            OperatorDeclarationSyntax declaration => "operator " + declaration.OperatorToken.ValueText,
            IndexerDeclarationSyntax => "indexer",
            FieldDeclarationSyntax field => field.Declaration.Variables[0].Identifier.ValueText,
            _ => "",
        });
        return string.Join('.', names.Where(static name => name.Length > 0));
    }

    private static string OneLine(string text) => Regex.Replace(text, @"\s+", " ").Trim();
}
