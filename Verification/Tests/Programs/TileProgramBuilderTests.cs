using TileProof.HwModel.Dma;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;

namespace TileProof.Tests.Programs;

/// <summary>Builders of one thread hand their lists on: no program holds what belongs to another.</summary>
public sealed class TileProgramBuilderTests
{
    [Fact]
    public void Build_OneAfterAnotherAndSideBySide_EveryProgramHoldsItsOwn()
    {
        TileProgram longest = Filled(new TileProgramBuilder(), 40);
        var first = new TileProgramBuilder();
        var second = new TileProgramBuilder();
        Fill(first, 0, 3);
        Fill(second, 100, 2);
        Fill(first, 3, 2);
        TileProgram ofSecond = Built(second);
        TileProgram ofFirst = Built(first);
        TileProgram empty = Built(new TileProgramBuilder());
        Assert.Equal(Enumerable.Range(0, 40), OffsetsOf(longest));
        Assert.Equal([0, 1, 2, 3, 4], OffsetsOf(ofFirst));
        Assert.Equal([100, 101], OffsetsOf(ofSecond));
        Assert.Empty(empty.Instructions);
    }

    [Fact]
    public void Build_AbandonedBuilder_LeavesNothingBehind()
    {
        Fill(new TileProgramBuilder(), 7, 5);
        Assert.Equal([0, 1], OffsetsOf(Filled(new TileProgramBuilder(), 2)));
    }

    private static void Fill(TileProgramBuilder builder, int firstOffset, int count)
    {
        for (int i = 0; i < count; i++)
        {
            builder.Load(0, InstructionPurpose.Input, ProgramRegion.Linear(0, firstOffset + i, 1), ProgramRegion.Linear(1, firstOffset + i, 1), new TransferLabel("x"));
        }
    }

    private static TileProgram Filled(TileProgramBuilder builder, int count)
    {
        Fill(builder, 0, count);
        return Built(builder);
    }

    private static TileProgram Built(TileProgramBuilder builder) => builder.Build("layer", new CallPlan(OperatorPath.Dma, "whole"));

    private static IEnumerable<int> OffsetsOf(TileProgram program)
    {
        Assert.Equal(0, program.Instructions[0].FirstRegion);
        foreach (Instruction instruction in program.Instructions)
        {
            int offset = program.ReadsOf(instruction)[0].OffsetBytes;
            Assert.Equal(offset, program.WritesOf(instruction)[0].OffsetBytes);
            yield return offset;
        }
    }
}
