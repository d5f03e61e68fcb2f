package io.penstock;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.penstock.buffer.BufferPool;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.MemoryUtil;
import org.junit.jupiter.api.Test;

/** Holds the floors: imports only go down, and what is special to one floor stays there. */
class LayersTest {
    private static final String FACE = "io.penstock";
    private static final String LOG = "io.penstock.log";
    private static final String FORMAT = "io.penstock.format";
    private static final String STORAGE = "io.penstock.storage";
    private static final String BUFFER = "io.penstock.buffer";
    private static final String CLI = "io.penstock.cli..";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .importUrl(BufferPool.class.getProtectionDomain().getCodeSource().getLocation());

    @Test
    void everyClassIsOnAFloor() {
        hold(classes().should().resideInAnyPackage(FACE, LOG, FORMAT + "..", STORAGE + "..", BUFFER, CLI));
    }

    @Test
    void bufferKnowsNoOtherFloor() {
        usesOfOurs(BUFFER, BUFFER);
    }

    @Test
    void storageKnowsBuffersOnly() {
        usesOfOurs(STORAGE, BUFFER);
        usesOfOurs(STORAGE + ".*..", BUFFER, STORAGE, STORAGE + ".*..");
    }

    @Test
    void formatKnowsBuffersOnly() {
        usesOfOurs(FORMAT, BUFFER);
        usesOfOurs(FORMAT + ".*..", BUFFER, FORMAT, FORMAT + ".*..");
    }

    @Test
    void logKnowsTheSeamsButNoFormatAndNoStore() {
        usesOfOurs(LOG, BUFFER, STORAGE, FORMAT);
    }

    @Test
    void faceKnowsEverythingBelowIt() {
        usesOfOurs(FACE, BUFFER, STORAGE + "..", FORMAT + "..", LOG);
    }

    @Test
    void storesDoNotKnowEachOther() {
        hold(slices().matching(STORAGE + ".(*)..").should().notDependOnEachOther());
    }

    @Test
    void formatsDoNotKnowEachOther() {
        hold(slices().matching(FORMAT + ".(*)..").should().notDependOnEachOther());
    }

    @Test
    void storageKnowsNoBatch() {
        hold(noClasses()
                .that()
                .resideInAPackage(STORAGE + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.arrow.vector.."));
    }

    @Test
    void unsafeTricksLiveInBuffer() {
        onlyIn(BUFFER, resideInAPackage("org.agrona.."));
        onlyIn(BUFFER, named("sun.misc.Unsafe", MemoryUtil.class.getName()));
    }

    @Test
    void nothingNeedsAJvmFlag() {
        hold(noClasses()
                .should()
                .callMethod(ArrowBuf.class, "nioBuffer")
                .orShould()
                .callMethod(ArrowBuf.class, "nioBuffer", long.class, int.class)
                .because("it needs --add-opens; Memory.view does not"));
        hold(noClasses().should().dependOnClassesThat().resideInAPackage("io.netty.."));
    }

    @Test
    void commandLineKeepsItsDependencies() {
        onlyIn(
                CLI,
                resideInAnyPackage(
                        "picocli..", "me.tongfei..", "org.jline..", "de.siegmar..", "io.trino..", "org.gaul.."));
    }

    @Test
    void engineLogsNothing() {
        hold(noClasses().should().dependOnClassesThat().resideInAnyPackage("org.slf4j..", "java.util.logging.."));
    }

    @Test
    void publicClassesAreNotOpenForInheritance() {
        hold(classes().that().arePublic().and().areNotInterfaces().should(beFinalOrSealed()));
    }

    /** Of our own packages, classes in {@code floor} use only it and {@code allowed}. */
    private static void usesOfOurs(String floor, String... allowed) {
        DescribedPredicate<JavaClass> ours = resideInAPackage("io.penstock..");
        DescribedPredicate<JavaClass> forbidden =
                ours.and(not(resideInAPackage(floor))).and(not(resideInAnyPackage(allowed)));
        hold(noClasses().that().resideInAPackage(floor).should(dependOnClassesThat(forbidden)));
    }

    private static void onlyIn(String floor, DescribedPredicate<? super JavaClass> theirs) {
        hold(noClasses().that().resideOutsideOfPackage(floor).should().dependOnClassesThat(theirs));
    }

    private static DescribedPredicate<JavaClass> named(String... names) {
        return DescribedPredicate.describe(
                "are " + String.join(" or ", names), type -> List.of(names).contains(type.getName()));
    }

    private static ArchCondition<JavaClass> beFinalOrSealed() {
        return new ArchCondition<>("be final or sealed") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (!type.getModifiers().contains(JavaModifier.FINAL)
                        && !type.isEnum()
                        && !type.reflect().isSealed()) {
                    events.add(SimpleConditionEvent.violated(type, type.getName() + " can be extended by anyone"));
                }
            }
        };
    }

    /** A floor may be empty here: one that was renamed instead is found by {@link #everyClassIsOnAFloor}. */
    private static void hold(ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }
}
