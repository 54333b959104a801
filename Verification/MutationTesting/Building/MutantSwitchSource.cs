namespace TileProof.MutationTesting.Building;

/// <summary>The class that every mutated assembly carries: which mutant is on, and which were asked about.</summary>
internal static class MutantSwitchSource
{
    /// <summary>Its full name.</summary>
    public const string TypeName = "TileProof.Mutated.MutantSwitch";

    /// <summary>Names the mutant that is on, for this process and those it starts.</summary>
    public const string MutantVariable = "TILEPROOF_MUTANT";

    /// <summary>Names the folder in which a process that a test starts leaves the numbers of the mutants that it reached.</summary>
    public const string ReachedFolderVariable = "TILEPROOF_MUTANTS_REACHED";

    /// <summary>Its field with the number of the mutant that is on.</summary>
    public const string ActiveField = "Active";

    /// <summary>Its field with one byte for each mutant, set where it was reached; null where nobody wants to know.</summary>
    public const string ReachedField = "Reached";

    /// <summary>The text of the class.</summary>
    /// <param name="mutantCount">How many mutants the area has.</param>
    public static string Text(int mutantCount) => $$"""
        namespace TileProof.Mutated;

        internal static class MutantSwitch
        {
            public static int {{ActiveField}} = int.Parse(global::System.Environment.GetEnvironmentVariable("{{MutantVariable}}") ?? "-1", global::System.Globalization.CultureInfo.InvariantCulture);
            public static byte[]? {{ReachedField}} = Watched();

            public static bool Is(int id)
            {
                byte[]? reached = {{ReachedField}};
                if (reached != null)
                {
                    reached[id] = 1;
                }

                return id == {{ActiveField}};
            }

            private static byte[]? Watched()
            {
                string? folder = global::System.Environment.GetEnvironmentVariable("{{ReachedFolderVariable}}");
                if (folder == null)
                {
                    return null;
                }

                var reached = new byte[{{mutantCount}}];
                global::System.AppDomain.CurrentDomain.ProcessExit += (_, _) =>
                    global::System.IO.File.WriteAllBytes(global::System.IO.Path.Combine(folder, global::System.Guid.NewGuid().ToString()), reached);
                return reached;
            }
        }
        """;
}
